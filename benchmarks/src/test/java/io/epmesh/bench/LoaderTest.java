package io.epmesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The loader against a small server of the test's own.
@Timeout(120)
@EnabledOnOs(value = OS.LINUX, disabledReason = "the loader calls Linux")
class LoaderTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private final AtomicLong answered = new AtomicLong();

    /// @param wrongly which requests, counted from 1, get a wrong answer
    private Loader.Load load(int connections, LongPredicate wrongly) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.startVirtualThread(() -> serve(listener, wrongly));
            Lookups lookups = new Lookups(3);
            return new Loader(new Libc(), listener.getLocalPort(), lookups, connections).run(SHORT);
        }
    }

    private void serve(ServerSocket listener, LongPredicate wrongly) {
        while (true) {
            try (Socket socket = listener.accept()) {
                byte[] request = socket.getInputStream().readNBytes(12);
                String name = new String(request, 3, 9, StandardCharsets.US_ASCII);
                int port = Lookups.port(Integer.parseInt(name.substring(4)));
                boolean wrong = wrongly.test(answered.incrementAndGet());
                ByteBuffer reply = ByteBuffer.allocate(23);
                reply.put((byte) 119).put((byte) 0).putShort((short) (wrong ? port + 1 : port));
                socket.getOutputStream().write(reply.array());
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Test
    void run_severalAtATime_countsEachAnswer() throws Exception {
        Loader.Load load = load(4, _ -> false);
        assertThat(load.latency().getTotalCount())
                .isEqualTo(answered.get())
                .isGreaterThanOrEqualTo(4);
        assertThat(load.failures()).isZero();
        assertThat(load.nanos()).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(load.micros(50)).isLessThanOrEqualTo(load.micros(99));
    }

    @Test
    void run_wrongAnswers_areFailures() throws Exception {
        Loader.Load load = load(1, request -> request % 2 == 1);
        assertThat(load.failures()).isEqualTo((answered.get() + 1) / 2).isPositive();
        assertThat(load.latency().getTotalCount()).isEqualTo(answered.get() - load.failures());
    }

    @Test
    void run_nobodyListens_saysWhichCallFailed() throws Exception {
        int free;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            free = taken.getLocalPort();
        }
        assertThatThrownBy(() -> new Loader(new Libc(), free, new Lookups(1), 1).run(SHORT))
                .isInstanceOf(IOException.class)
                .hasMessage("connect: errno 111");
    }
}
