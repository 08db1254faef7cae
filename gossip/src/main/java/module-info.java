/// Replicates opaque, typed values between peers; knows no Erlang.
module io.epmesh.gossip {
    requires static transitive org.jspecify;
    requires java.logging;
    requires org.jgroups;
    requires org.pcollections;

    exports io.epmesh.gossip;
    exports io.epmesh.gossip.jgroups;
}
