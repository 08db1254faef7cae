package io.epmesh.chaos;

import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Adds and removes mappings at its host's peer: of keys of its own, one after the other, and of
/// keys that all writers share. A key of its own is left after some writes, mostly removed, and
/// after a write of unknown outcome. Operations `put` (`key`, `value`, `at`) and `remove` (`key`,
/// `at`).
final class MappingWriter {
    private static final int WRITES_A_KEY = 16;
    private static final int SHARED_KEYS = 4;
    private static final int CYCLES_A_SHARED_KEY = 4;

    private final Host host;
    private final Clients clients;
    private final String name;
    private final Duration pause;
    private final Random random;
    private @Nullable MeshSession session;
    private int keys;
    private int writes;

    private MappingWriter(Host host, String name, Clients clients, Duration pause, long seed) {
        this.host = host;
        this.clients = clients;
        this.name = name;
        this.pause = pause;
        this.random = new Random(seed ^ (host.name() + name).hashCode() * 31L);
    }

    /// Starts one.
    ///
    /// @param name of this client, distinct on its host
    /// @param pause between two writes
    static void start(Host host, String name, Clients clients, Duration pause, long seed) {
        MappingWriter writer = new MappingWriter(host, name, clients, pause, seed);
        clients.start(host, name, writer::run);
    }

    private void run() {
        while (!clients.hasEnded()) {
            clients.writing().readLock().lock();
            try {
                write();
            } finally {
                clients.writing().readLock().unlock();
            }
            LockSupport.parkNanos((long) (pause.toNanos() * (0.5 + random.nextDouble())));
        }
        close();
    }

    private void write() {
        if (random.nextInt(10) < 3) {
            int epoch = clients.cycle() / CYCLES_A_SHARED_KEY;
            String key = "s%dx%d@elsewhere".formatted(epoch, random.nextInt(SHARED_KEYS));
            var _ = writeTo(key, random.nextInt(10) < 3);
            return;
        }
        String key = "%s%sk%d@elsewhere".formatted(host.name(), name, keys);
        boolean last = ++writes >= WRITES_A_KEY;
        boolean remove = random.nextInt(10) < (last ? 8 : 3);
        if (writeTo(key, remove) == Outcome.INFO || last) {
            keys++;
            writes = 0;
        }
    }

    private Outcome writeTo(String key, boolean remove) {
        int number = clients.nextValue();
        String address =
                "10.%d.%d.%d".formatted(number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
        long start = clients.history().now();
        Outcome outcome = Outcome.FAIL;
        String error = "";
        try {
            MeshSession open = session();
            outcome = Outcome.INFO; // from here on it may happen
            if (remove) {
                open.remove(key);
            } else {
                clients.written(key);
                open.add(key, address, 8001);
            }
            outcome = Outcome.OK;
        } catch (MeshSession.RefusedException refused) {
            outcome = Outcome.FAIL;
            error = refused.getMessage();
        } catch (IOException broken) {
            error = broken.toString();
            close();
        }
        clients.history()
                .add(
                        host.name() + "/" + name,
                        remove ? "remove" : "put",
                        outcome,
                        start,
                        remove
                                ? Map.of("key", key, "error", error)
                                : Map.of("key", key, "value", address + ":8001", "error", error));
        return outcome;
    }

    private MeshSession session() throws IOException {
        MeshSession open = session;
        if (open == null) {
            open = MeshSession.open();
            session = open;
        }
        return open;
    }

    private void close() {
        MeshSession open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
