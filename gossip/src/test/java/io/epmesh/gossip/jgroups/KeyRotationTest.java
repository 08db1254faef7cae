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
        try (ScheduledExecutorService talk = Executors.newSingleThreadScheduledExecutor();
                TestPeer one = peer(1, file(1), List.of());
                TestPeer two = peer(2, file(2), List.of(one.address()));
                TestPeer three = peer(3, file(3), List.of(one.address()))) {
            List<TestPeer> peers = List.of(one, two, three);
            for (TestPeer each : peers) {
                each.awaitMembers(PEERS);
            }
            var _ =
                    talk.scheduleAtFixedRate(
                            () -> peers.forEach(each -> each.broadcast("talk")),
                            0,
                            TALK_MILLIS,
                            TimeUnit.MILLISECONDS);
            for (TestPeer each : peers) {
                each.awaitReceived("talk", () -> {});
                each.beginToWatch();
            }
            for (String step : List.of(old + fresh, fresh + old, fresh)) {
                put(step);
                assertThat(inUse.tryAcquire(PEERS, 20, TimeUnit.SECONDS)).isTrue();
            }
            for (TestPeer each : peers) {
                assertThat(each.eventsSinceWatch()).as("events at %s", each.id).isEmpty();
                assertThat(each.longestGap()).as("gap").isLessThan(Duration.ofSeconds(1));
            }
            talk.shutdownNow();
        } finally {
            logger.removeHandler(handler);
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
