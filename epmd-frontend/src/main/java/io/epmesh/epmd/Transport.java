package io.epmesh.epmd;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.BindException;
import java.nio.channels.spi.SelectorProvider;
import java.util.Objects;
import java.util.Optional;

/// How sockets are driven: epoll on Linux, NIO elsewhere.
enum Transport {
    EPOLL {
        @Override
        IoHandlerFactory ioHandlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        ServerChannel listener(boolean ipv4Only) {
            return ipv4Only
                    ? new EpollServerSocketChannel(SocketProtocolFamily.INET)
                    : new EpollServerSocketChannel();
        }

        @Override
        Optional<ServerChannel> inherited(int descriptor) {
            try {
                EpollServerSocketChannel channel = new EpollServerSocketChannel(descriptor);
                boolean listens =
                        channel.localAddress() != null
                                && Objects.equals(channel.config().getOption(SO_ACCEPTCONN), 1);
                return listens && DescriptorFlags.prepareForEventLoop(descriptor)
                        ? Optional.of(channel)
                        : Optional.empty();
            } catch (ChannelException notASocket) {
                return Optional.empty();
            }
        }
    },
    NIO {
        @Override
        IoHandlerFactory ioHandlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel listener(boolean ipv4Only) {
            return ipv4Only
                    ? new NioServerSocketChannel(
                            SelectorProvider.provider(), SocketProtocolFamily.INET)
                    : new NioServerSocketChannel();
        }

        // The JDK cannot adopt a descriptor.
        @Override
        Optional<ServerChannel> inherited(int descriptor) {
            return Optional.empty();
        }
    };

    /// Linux's SOL_SOCKET and SO_ACCEPTCONN: 1 on a socket that listens.
    private static final IntegerUnixChannelOption SO_ACCEPTCONN =
            new IntegerUnixChannelOption("SO_ACCEPTCONN", 1, 30);

    /// Linux's number of the state; in any other an accepted connection is ending.
    private static final int TCP_ESTABLISHED = 1;

    private static final int LINUX_EADDRINUSE = -98;

    private static final int PROBE_AFTER_SECONDS = 15;
    private static final int PROBE_EVERY_SECONDS = 5;
    private static final int PROBES = 3;

    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    abstract IoHandlerFactory ioHandlers();

    /// A new, unbound listener, of IPv4 alone or of all that the host has.
    abstract ServerChannel listener(boolean ipv4Only);

    /// A listener of a socket that this process inherited, bound and listening already; empty if
    /// the descriptor is none.
    abstract Optional<ServerChannel> inherited(int descriptor);

    /// Ends a connection in half a minute after its other host has vanished without a word.
    static void probeWhenSilent(Channel channel) {
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        if (channel instanceof EpollSocketChannel) { // elsewhere the system's own times count
            channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, PROBE_AFTER_SECONDS);
            channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_EVERY_SECONDS);
            channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
        }
    }

    /// Whether the other end of a connection has closed it, read or not; the system is asked, where
    /// it can be.
    static boolean hasHungUp(Channel channel) {
        return channel instanceof EpollSocketChannel socket
                && socket.isOpen()
                && socket.tcpInfo().state() != TCP_ESTABLISHED;
    }

    /// Whether a bind failed because another socket has the port.
    static boolean isAddressInUse(Throwable bindFailure) {
        return switch (bindFailure) {
            case NativeIoException e -> e.expectedErr() == LINUX_EADDRINUSE;
            // The JDK has one class for this and for an address that is not the host's.
            case BindException e -> String.valueOf(e.getMessage()).contains("in use");
            case Throwable _ -> false;
        };
    }
}
