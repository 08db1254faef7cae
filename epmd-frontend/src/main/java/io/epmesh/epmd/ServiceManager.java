package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/// The service manager that started this process, systemd mostly: the sockets it handed over, and
/// what it wants to be told (`Type=notify`). Used by the threads that start and close the server.
///
/// @param sockets the listening sockets
/// @param notifySocket its unix datagram socket, a path or `@` and an abstract name; empty if it
///   does not want to be told
record ServiceManager(InheritedSockets sockets, Optional<String> notifySocket) {
    /// None: nothing is handed over, nobody is told.
    static final ServiceManager NONE =
            new ServiceManager(new InheritedSockets.None(), Optional.empty());

    private static final System.Logger LOG = System.getLogger(ServiceManager.class.getName());
    private static final long SEND_MILLIS = 1_000;

    /// The one of the process of this id, by its environment.
    static ServiceManager of(Map<String, String> environment, long pid) {
        return new ServiceManager(
                InheritedSockets.of(environment, pid),
                Optional.ofNullable(environment.get("NOTIFY_SOCKET")));
    }

    /// The one of this process.
    static ServiceManager ofThisProcess() {
        return of(System.getenv(), ProcessHandle.current().pid());
    }

    /// The server listens and answers.
    void ready(EventLoopGroup group, int port) {
        long pid = ProcessHandle.current().pid();
        tell(group, "READY=1\nSTATUS=EPMD answers on port %d\nMAINPID=%d\n".formatted(port, pid));
    }

    /// The server is about to close.
    void stopping(EventLoopGroup group) {
        tell(group, "STOPPING=1\nSTATUS=closing\n");
    }

    /// One that cannot be told is logged: it decides by itself what follows from silence.
    private void tell(EventLoopGroup group, String message) {
        notifySocket.ifPresent(name -> {
            Optional<String> failure = send(group, name, message);
            failure.ifPresent(reason ->
                    LOG.log(
                            Level.WARNING,
                            "service manager not told, NOTIFY_SOCKET={0} {1}",
                            name,
                            reason));
        });
    }

    private static Optional<String> send(EventLoopGroup group, String name, String message) {
        if (!name.startsWith("/") && !name.startsWith("@")) {
            return Optional.of("(expected: a path, or @ and an abstract name)");
        }
        if (!Epoll.isAvailable()) {
            return Optional.of("unix datagrams need Netty's native epoll");
        }
        // In the abstract namespace the name begins with a zero byte.
        String path = name.startsWith("@") ? "\0" + name.substring(1) : name;
        ChannelFuture connected =
                new Bootstrap()
                        .group(group)
                        .channel(EpollDomainDatagramChannel.class)
                        .handler(new ChannelHandlerAdapter() {})
                        .connect(new DomainSocketAddress(path))
                        .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            return Optional.of(String.valueOf(connected.cause()));
        }
        Channel channel = connected.channel();
        try {
            ChannelFuture sent = channel.writeAndFlush(Unpooled.copiedBuffer(message, UTF_8));
            return sent.awaitUninterruptibly(SEND_MILLIS)
                    ? Optional.ofNullable(sent.cause()).map(Throwable::toString)
                    : Optional.of("not sent within %d ms".formatted(SEND_MILLIS));
        } finally {
            channel.close().awaitUninterruptibly(SEND_MILLIS);
        }
    }
}
