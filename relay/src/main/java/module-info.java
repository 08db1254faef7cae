/// Cables between sockets, which can be cut, fixed and slowed; knows no mesh.
module io.epmesh.relay {
    requires static transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires transitive io.netty.handler; // who uses it hands in the tunnel's SslContext
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;

    exports io.epmesh.relay;
}
