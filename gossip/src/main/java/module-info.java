/// Replicates opaque, typed values between peers; knows no Erlang.
module io.epmesh.gossip {
    requires static transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires transitive io.netty.handler; // a key is used for other connections of a peer too
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires java.logging;
    requires org.jgroups;
    requires transitive org.pcollections; // a snapshot is a persistent map, handed out as it is

    exports io.epmesh.gossip;
    exports io.epmesh.gossip.jgroups;
    exports io.epmesh.gossip.journal;
}
