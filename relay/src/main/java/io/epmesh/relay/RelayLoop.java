package io.epmesh.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The event loop `relay`, whose thread begins with its first task, what sockets of it are like,
/// and a thread for what would keep it from its cables. Any thread.
final class RelayLoop {
    /// Time for a loop to end.
    static final long CLOSE_SECONDS = 2;

    private static final int COMPUTING_SECONDS = 30;

    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(32 << 10, 64 << 10);

    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(
                    1,
                    new DefaultThreadFactory("relay", true),
                    epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    private final ExecutorService computing = computingThread();

    /// One thread, `relay-tls`, that is there while there are handshakes.
    private static ExecutorService computingThread() {
        ThreadPoolExecutor made =
                new ThreadPoolExecutor(
                        1,
                        1,
                        COMPUTING_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        new DefaultThreadFactory("relay-tls", true));
        made.allowCoreThreadTimeOut(true);
        return made;
    }

    /// Computes handshakes: strangers may ask for many.
    Executor computing() {
        return computing;
    }

    EventLoop loop() {
        return group.next();
    }

    ServerBootstrap accepting() {
        return new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    Bootstrap connecting(Duration deadline) {
        return new Bootstrap()
                .group(group)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) deadline.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }

    /// Runs a task on it, or the other one at once where it has ended.
    void run(Runnable task, Runnable closed) {
        try {
            loop().execute(task);
        } catch (RejectedExecutionException e) {
            closed.run();
        }
    }

    /// Ends it, within some seconds; not to be called on its thread.
    void shutDown() {
        computing.shutdown();
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
