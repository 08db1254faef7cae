package io.epmesh.chaos;

import io.epmesh.chaos.MeshSession.Version;
import io.epmesh.chaos.MeshSession.Watched;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Watches all names at its host's peer, and goes on from where it was when the peer was away.
/// Operations `see` (`node`, `value`: `address:port`, empty when it is gone), and `blind` for a
/// time without a watch. Its thread owns it, but for [#end].
final class NameWatcher {
    private static final Duration RETRY = Duration.ofMillis(200);

    private final Clients clients;
    private final String process;
    private final Map<String, String> known = new HashMap<>();
    private final Set<String> inSnapshot = new HashSet<>();
    private @Nullable Version version;
    private volatile @Nullable MeshSession session;

    NameWatcher(Host host, Clients clients) {
        this.clients = clients;
        this.process = host.name() + "/watcher";
    }

    /// Starts one.
    static void start(Host host, Clients clients) {
        NameWatcher watcher = new NameWatcher(host, clients);
        clients.start(host, "watcher", watcher::run, watcher::end);
    }

    private void run() {
        long blindSince = 0;
        while (!clients.hasEnded()) {
            try (MeshSession open = MeshSession.open()) {
                session = open;
                open.watch(version);
                boolean isBlind = true;
                while (!clients.hasEnded()) {
                    isBlind &= !take(open.watched());
                    if (!isBlind && blindSince >= 0) {
                        clients.history().add(process, "blind", Outcome.INFO, blindSince, Map.of());
                        blindSince = -1;
                    }
                }
            } catch (IOException away) {
                blindSince = blindSince >= 0 ? blindSince : clients.history().now();
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
        long since = blindSince >= 0 ? blindSince : clients.history().now();
        clients.history().add(process, "blind", Outcome.INFO, since, Map.of());
    }

    /// Takes in a part of a batch; whether it was the last one.
    private boolean take(Watched watched) {
        watched.nodes().forEach(this::see);
        if (watched.isSnapshot()) {
            inSnapshot.addAll(watched.nodes().keySet());
            if (watched.isLast()) {
                Set<String> gone = new HashSet<>(known.keySet());
                gone.removeAll(inSnapshot);
                gone.forEach(node -> see(node, ""));
                inSnapshot.clear();
            }
        }
        watched.gone().forEach(node -> see(node, ""));
        if (watched.isLast()) {
            version = watched.version();
        }
        return watched.isLast();
    }

    private void see(String node, String value) {
        String before = value.isEmpty() ? known.remove(node) : known.put(node, value);
        if (!value.equals(before == null ? "" : before)) {
            clients.history()
                    .add(
                            process,
                            "see",
                            Outcome.INFO,
                            clients.history().now(),
                            Map.of("node", node, "value", value));
        }
    }

    private void end() {
        MeshSession open = session;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
