/// The EPMD protocol, its server and a client for tests and tools; knows no mesh.
///
/// Netty's transport and buffers leak on purpose: an [io.epmesh.epmd.Extension] takes over a
/// channel.
module io.epmesh.epmd {
    requires static transitive org.jspecify;
    requires transitive io.netty.buffer;
    requires transitive io.netty.transport;
    requires com.github.benmanes.caffeine;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    exports io.epmesh.epmd;
}
