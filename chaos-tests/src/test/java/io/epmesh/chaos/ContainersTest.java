package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The containers of the harness themselves: what fails here says nothing about a peer.
final class ContainersTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @SuppressWarnings("NullAway.Init") // set before each test
    private Containers hosts;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Containers.obstacle().isEmpty(), Containers.obstacle().orElse(""));
        hosts = Containers.start(2);
    }

    @AfterEach
    void close() throws IOException {
        if (hosts != null) {
            hosts.close();
        }
    }

    private static String out(Host host, String script) {
        return host.run("sh", "-c", script).orFail().out().strip();
    }

    @Test
    void host_hasItsNameAndAddress_andSeesOthersUntilCutOff() {
        Host h1 = hosts.host(1);
        Host h2 = hosts.host(2);
        assertThat(out(h1, "hostname")).isEqualTo("h1");
        assertThat(out(h1, "getent hosts h2")).startsWith(h2.address());
        assertThat(out(h1, "cat /proc/1/comm")).isEqualTo("sh");
        String connect = "timeout 1 bash -c '</dev/tcp/h2/9' 2>&1 || true";
        assertThat(out(h1, connect)).contains("refused");

        h2.dropFrom(h1);

        assertThat(out(h1, connect)).doesNotContain("refused");
    }

    @Test
    void host_thatIsKilled_losesProcessesAndWhatIsNotSynced_andKeepsItsAddress() throws Exception {
        Host host = hosts.host(1);
        String address = host.call(ContainersTest::address);
        Path data = hosts.disk(host).mount();
        out(host, "cd %s && echo kept >a && sync && echo lost >b".formatted(data));
        Process sleeper = host.process("sleep", "600").start();
        assertThat(host.entry().inside(sleeper).isAlive()).isTrue();

        hosts.container(host).kill();
        hosts.disk(host).losePower();
        Await.within(SOON, () -> assertThat(sleeper.isAlive()).isFalse());
        hosts.container(host).start();

        assertThat(out(host, "cat %s/a".formatted(data))).isEqualTo("kept");
        assertThat(data.resolve("b")).doesNotExist();
        assertThat(host.call(ContainersTest::address)).isEqualTo(address);
    }

    @Test
    void host_thatIsFrozen_doesNothing() throws Exception {
        Host host = hosts.host(1);
        Path ticks = host.directory().resolve("ticks");
        Process ticker =
                host.process("sh", "-c", "while :; do echo >>%s; sleep 0.01; done".formatted(ticks))
                        .start();
        Await.within(SOON, () -> assertThat(Files.size(ticks)).isPositive());

        hosts.container(host).pause();
        long size = Files.size(ticks);
        Await.throughout(
                Duration.ofMillis(300), () -> assertThat(Files.size(ticks)).isEqualTo(size));
        hosts.container(host).unpause();

        Await.within(SOON, () -> assertThat(Files.size(ticks)).isGreaterThan(size));
        host.kill(ticker);
    }

    @Test
    void disk_thatIsFull_takesNothing() throws Exception {
        Host host = hosts.host(1);
        String write = "head -c 100000 /dev/zero >%s/more".formatted(hosts.disk(host).mount());
        hosts.disk(host).fill();
        assertThat(host.run("sh", "-c", write).err()).contains("No space left");

        hosts.disk(host).free();

        out(host, write);
    }

    @Test
    void clock_thatIsStepped_isOffForWhoeverHasIt() throws Exception {
        assumeTrue(Clock.canBeStepped(), "no clock can be stepped without a C compiler");
        Host host = hosts.host(1);
        String date = String.join(" ", host.clock()) + " date +%s";
        Clock.of(host).step(3_600);
        long now = Instant.now().getEpochSecond();

        assertThat(Long.parseLong(out(host, date))).isBetween(now + 3_599, now + 3_660);
        assertThat(Long.parseLong(out(host, "date +%s"))).isBetween(now - 1, now + 60);
    }

    @Test
    void close_leavesNothing() throws Exception {
        Path directory = hosts.host(1).directory().getParent();
        assertThat(Files.readString(Path.of("/proc/mounts"))).contains("" + directory);

        hosts.close();

        assertThat(directory).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain("" + directory);
        try (Containers again = Containers.start(1)) {
            assertThat(again.all()).hasSize(1);
        }
    }

    private static String address() throws IOException {
        return Files.readString(Path.of("/proc/thread-self/net/fib_trie"))
                .lines()
                .filter(line -> line.contains("10.213."))
                .toList()
                .toString();
    }
}
