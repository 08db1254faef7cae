package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a service manager is told, over a real unix socket.
@Timeout(120)
class ServiceManagerTest {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final long pid = ProcessHandle.current().pid();
    private EventLoopGroup group;

    @BeforeEach
    void assumeEpoll() {
        assumeTrue(Epoll.isAvailable(), "skipped: no native epoll on this system");
        group = new MultiThreadIoEventLoopGroup(1, Transport.EPOLL.ioHandlers());
    }

    @AfterEach
    void end() {
        if (group != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private void listen(String address) {
        new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(
                        new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                            @Override
                            protected void channelRead0(
                                    ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                                told.add(packet.content().toString(UTF_8));
                            }
                        })
                .bind(new DomainSocketAddress(address))
                .syncUninterruptibly();
    }

    private void startAndClose(String notifySocket) {
        startAndClose(notifySocket, true);
    }

    /// @param all whether all of the process gets ready
    private void startAndClose(String notifySocket, boolean all) {
        ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", notifySocket), pid);
        EpmdSettings settings = EpmdSettings.DEFAULTS.withPort(0);
        StartResult result =
                EpmdServer.start(
                        settings, new RecordingDirectory(), Map.of(), Transport.best(), manager);
        if (result instanceof StartResult.Started(EpmdServer server)) {
            told.add("port " + server.port());
            if (all) {
                server.ready();
            }
            server.close();
        } else {
            throw new AssertionError(result);
        }
    }

    private String next() throws InterruptedException {
        return String.valueOf(told.poll(60, TimeUnit.SECONDS));
    }

    private void assertTold() throws InterruptedException {
        String ready = next();
        String port = next();
        if (ready.startsWith("port ")) {
            String other = port;
            port = ready;
            ready = other;
        }
        assertThat(ready)
                .isEqualTo("READY=1\nSTATUS=EPMD answers on %s\nMAINPID=%d\n".formatted(port, pid));
        assertThat(next()).isEqualTo("STOPPING=1\nSTATUS=closing\n");
    }

    @Test
    void server_pathOfManager_tellsReadyAndStopping(@TempDir Path directory) throws Exception {
        String path = directory.resolve("notify").toString();
        listen(path);
        startAndClose(path);
        assertTold();
    }

    @Test
    void server_abstractNameOfManager_tellsReadyAndStopping() throws Exception {
        String name = "epmesh-test-" + pid + "-" + System.nanoTime();
        listen("\0" + name);
        startAndClose("@" + name);
        assertTold();
    }

    @Test
    void server_restOfTheProcessFails_neverTellsReady(@TempDir Path directory) throws Exception {
        String path = directory.resolve("notify").toString();
        listen(path);
        startAndClose(path, false);
        assertThat(List.of(next(), next()))
                .hasSize(2)
                .anyMatch(message -> message.startsWith("port "))
                .contains("STOPPING=1\nSTATUS=closing\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nonexistent/notify", "vsock:2:1", ""})
    void server_managerThatCannotBeTold_startsAllTheSame(String notifySocket) throws Exception {
        startAndClose(notifySocket);
        assertThat(next()).startsWith("port ");
        assertThat(told).isEmpty();
    }
}
