package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// What a node is to EPMD and to whoever asks it for its name, without a virtual machine: a port
/// that answers the distribution handshake up to the challenge, and a registration that is held,
/// and begun anew when the peer ends it. Started and ended by one thread.
final class RawNode {
    private static final Duration RETRY = Duration.ofMillis(500);
    private static final int HANDSHAKE_MILLIS = 5_000;
    private static final long FLAGS = 0x4_07df_7fbdL;

    private final Host host;
    private final String fullName;
    private final String name;
    private final History history;
    private final List<Thread> keepers = new ArrayList<>();
    private @Nullable Life life;

    /// @param fullName whose host part need not be its host's name
    RawNode(Host host, String fullName, History history) {
        this.host = host;
        this.fullName = fullName;
        this.name = fullName.substring(0, fullName.indexOf('@'));
        this.history = history;
    }

    String fullName() {
        return fullName;
    }

    /// Begins a life at a port.
    void start(int port) {
        life = new Life(port);
    }

    /// Whether it lives.
    boolean isAlive() {
        return life != null;
    }

    /// The port of its life, 0 without one.
    int port() {
        Life now = life;
        return now == null ? 0 : now.port;
    }

    /// Ends its life as a kill does: all of its sockets are closed.
    void kill() throws IOException {
        Life last = life;
        if (last != null) {
            life = null;
            last.end();
        }
    }

    /// Waits until nothing of the lives that were ended is told to the history any more.
    void awaitEnd() throws InterruptedException {
        for (Thread keeper : keepers) {
            keeper.join();
        }
    }

    /// One life: a listener, and a thread that keeps it registered.
    private final class Life {
        private final int port;
        private final long start = history.now();
        private final ServerSocket listener;
        private final CompletableFuture<Long> creation = new CompletableFuture<>();
        private final Thread keeper;
        private long endedAt; // written before ended
        private volatile boolean ended;
        private volatile @Nullable Socket registration;

        Life(int port) {
            this.port = port;
            this.listener = host.call(() -> new ServerSocket(port));
            Thread.ofVirtual().name(fullName() + "-accept").start(this::accept);
            this.keeper = host.thread(fullName(), this::keepRegistered);
            keepers.removeIf(thread -> !thread.isAlive());
            keepers.add(keeper);
        }

        void end() throws IOException {
            endedAt = history.now();
            ended = true;
            listener.close();
            Socket held = registration;
            if (held != null) {
                held.close();
            }
            LockSupport.unpark(keeper);
            history.add(
                    host.name(),
                    "live",
                    Outcome.INFO,
                    start,
                    Map.of("node", fullName(), "host", host.name(), "port", "" + port));
        }

        private void keepRegistered() {
            while (!ended) {
                long asked = history.now();
                try (Socket held = register(asked)) {
                    hold(held, history.now());
                } catch (EpmdClient.RefusedException refused) {
                    registered(Outcome.FAIL, asked, "0");
                } catch (IOException down) {
                    registered(Outcome.INFO, asked, "0");
                }
                if (!ended) {
                    LockSupport.parkNanos(RETRY.toNanos());
                }
            }
        }

        private Socket register(long asked) throws IOException {
            EpmdClient.Held held = EpmdClient.register(name, port);
            registered(Outcome.OK, asked, "" + held.creation());
            creation.complete(held.creation());
            return held.socket();
        }

        private void registered(Outcome outcome, long asked, String given) {
            history.add(
                    host.name() + "/" + name,
                    "register",
                    outcome,
                    asked,
                    Map.of("node", fullName(), "port", "" + port, "creation", given));
        }

        /// Holds the registration until the peer or this life ends it.
        private void hold(Socket held, long since) {
            registration = held;
            String end = "by the peer";
            try {
                int read = ended ? -1 : held.getInputStream().read();
                end += read < 0 ? "" : ", with a byte";
            } catch (IOException closed) {
                end = closed.getMessage();
            }
            long until = ended ? endedAt : history.now();
            history.add(
                    new Operation(
                            host.name() + "/" + name,
                            "held",
                            Outcome.INFO,
                            Math.min(since, until),
                            until,
                            Map.of("node", fullName(), "ended", String.valueOf(end))));
        }

        private void accept() {
            while (!ended) {
                try {
                    Socket asker = listener.accept();
                    Thread.ofVirtual().name(fullName() + "-answer").start(() -> answer(asker));
                } catch (IOException closed) {
                    if (!ended) {
                        throw new UncheckedIOException(closed);
                    }
                }
            }
        }

        private void answer(Socket asker) {
            try (asker) {
                asker.setSoTimeout(HANDSHAKE_MILLIS);
                DataInputStream in = new DataInputStream(asker.getInputStream());
                in.skipNBytes(in.readUnsignedShort());
                DataOutputStream out = new DataOutputStream(asker.getOutputStream());
                out.writeShort(3);
                out.writeBytes("sok");
                byte[] full = fullName().getBytes(StandardCharsets.US_ASCII);
                out.writeShort(1 + 8 + 4 + 4 + 2 + full.length);
                out.writeByte('N');
                out.writeLong(FLAGS);
                out.writeInt(port); // the challenge: tells whom one has reached
                out.writeInt(creation.get(HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS).intValue());
                out.writeShort(full.length);
                out.write(full);
                in.read();
            } catch (IOException | TimeoutException gone) {
                // the asker has seen enough, or we have no creation yet: it asks again
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }
}
