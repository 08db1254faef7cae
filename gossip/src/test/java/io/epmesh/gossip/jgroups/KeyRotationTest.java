package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The three steps of `docs/operating.md`, on three peers that talk all the while.
class KeyRotationTest {
    private static final int PEERS = 3;
    private static final long TALK_MILLIS = 10;

    @TempDir Path directory;

    private TestPeer peer(int number, Path key, List<InetSocketAddress> seeds) {
        return TestPeer.start(
                TestPeer.settings(
                        "test",
                        number,
                        InetAddress.getLoopbackAddress(),
                        0,
                        seeds,
                        Optional.of(key)));
    }

    private void put(String text) throws Exception {
        for (int number = 1; number <= PEERS; number++) {
            Path fresh =
                    Files.createTempFile(
                            directory,
                            "fresh",
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text);
            Files.move(fresh, file(number), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path file(int number) {
        return directory.resolve("key" + number);
    }

    @Test
    void rotation_underTraffic_losesNobodyAndNoSecond() throws Exception {
        MeshKey.create(directory.resolve("old"));
        MeshKey.create(directory.resolve("new"));
        String old = Files.readString(directory.resolve("old"));
        String fresh = Files.readString(directory.resolve("new"));
        put(old);
        Semaphore inUse = new Semaphore(0);
        Logger logger = Logger.getLogger(JGroupsNetwork.class.getName());
        Handler handler = new Uses(inUse);
        logger.addHandler(handler);
        try (ScheduledExecutorService talker = Executors.newSingleThreadScheduledExecutor();
                TestPeer one = peer(1, file(1), List.of());
                TestPeer two = peer(2, file(2), List.of(one.address()));
                TestPeer three = peer(3, file(3), List.of(one.address()))) {
            List<TestPeer> peers = List.of(one, two, three);
            for (TestPeer each : peers) {
                each.awaitMembers(PEERS);
            }
            Talk talk = new Talk(peers);
            var _ = talker.scheduleAtFixedRate(talk, 0, TALK_MILLIS, TimeUnit.MILLISECONDS);
            for (TestPeer each : peers) {
                each.awaitReceived("talk", () -> {});
                each.beginToWatch();
            }
            talk.longestPause.set(0);
            for (String step : List.of(old + fresh, fresh + old, fresh)) {
                put(step);
                assertThat(inUse.tryAcquire(PEERS, 120, TimeUnit.SECONDS)).isTrue();
            }
            for (TestPeer each : peers) {
                assertThat(each.eventsSinceWatch()).as("events at %s", each.id).isEmpty();
                assertThat(each.longestGap()).as("gap").isLessThan(talk.gap());
            }
            talker.shutdownNow();
        } finally {
            logger.removeHandler(handler);
        }
    }

    /// All speak to all, and how long they did not, since the machine had no time for them.
    private static final class Talk implements Runnable {
        private final List<TestPeer> peers;
        private final AtomicLong longestPause = new AtomicLong();
        private long last = System.nanoTime();

        Talk(List<TestPeer> peers) {
            this.peers = peers;
        }

        @Override
        public void run() {
            long now = System.nanoTime();
            longestPause.accumulateAndGet(now - last, Math::max);
            last = now;
            peers.forEach(each -> each.broadcast("talk"));
        }

        /// What nobody may have to wait for a message: a second, and more where this had to wait as
        /// well.
        Duration gap() {
            return Duration.ofSeconds(1).plusNanos(3 * longestPause.get());
        }
    }

    /// Counts the peers that say that a changed key is in use.
    private static final class Uses extends Handler {
        private final Semaphore uses;

        Uses(Semaphore uses) {
            this.uses = uses;
        }

        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().equals(Level.INFO) && line.getMessage().contains("is in use")) {
                uses.release();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
