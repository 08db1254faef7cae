package io.epmesh.node;

import io.epmesh.epmd.Registration;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.NodeName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Learns the full names of this host's nodes: EPMD is told only the part before the `@`, so each
/// node is asked by a distribution handshake after it has registered, a few at a time, and again
/// while it does not say. Owned by the thread of `scheduler`.
final class NameLearner {
    private static final List<Duration> RETRIES =
            List.of(
                    Duration.ofMillis(500),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60));

    private static final int AT_ONCE = 32;
    private static final int WAITING = 65_536;

    private final DistributionHandshake handshake;
    private final ScheduledExecutorService scheduler;
    private final LocalNodes nodes;
    private final Runnable changed;
    private final Deque<Attempt> waiting = new ArrayDeque<>();
    private int asking;

    private record Attempt(Registration registration, int number) {}

    NameLearner(
            DistributionHandshake handshake,
            ScheduledExecutorService scheduler,
            LocalNodes nodes,
            Runnable changed) {
        this.handshake = handshake;
        this.scheduler = scheduler;
        this.nodes = nodes;
        this.changed = changed;
    }

    /// Any thread.
    void learn(Registration registration) {
        if (registration.info().port() > 0) {
            execute(() -> enqueue(new Attempt(registration, 0)));
        }
    }

    private void enqueue(Attempt attempt) {
        if (waiting.size() < WAITING) {
            waiting.add(attempt);
        }
        next();
    }

    private void next() {
        while (asking < AT_ONCE && !waiting.isEmpty()) {
            Attempt attempt = waiting.remove();
            asking++;
            Registration registration = attempt.registration();
            InetAddress source = registration.source();
            handshake
                    .ask(
                            new InetSocketAddress(source, registration.info().port()),
                            registration.info().highestVersion())
                    .whenComplete((result, bug) ->
                            execute(() -> answered(attempt, Optional.ofNullable(result))));
        }
    }

    private void answered(Attempt attempt, Optional<HandshakeResult> result) {
        asking--;
        Registration registration = attempt.registration();
        String name = registration.name().value();
        if (result.isPresent()
                && result.get() instanceof HandshakeResult.Identified(var full, var creation)
                && full.startsWith(name + "@")
                && isNodeName(full)) {
            Optional<Long> known =
                    creation.isPresent() ? Optional.of(creation.getAsLong()) : Optional.empty();
            if (nodes.verified(registration, full.substring(name.length() + 1), known)) {
                changed.run();
            }
        } else if (!isEncrypted(result)
                && attempt.number() < RETRIES.size()
                && nodes.holds(registration)) {
            long millis = RETRIES.get(attempt.number()).toMillis();
            Attempt again = new Attempt(registration, attempt.number() + 1);
            schedule(() -> enqueue(again), millis);
        }
        next();
    }

    /// A node under TLS never says, and logs each question; its host stays assumed.
    private static boolean isEncrypted(Optional<HandshakeResult> result) {
        return result.filter(HandshakeResult.Encrypted.class::isInstance).isPresent();
    }

    /// Whether the mesh can carry it; else the assumed name is better than none.
    private static boolean isNodeName(String full) {
        return NodeName.read(full).isPresent();
    }

    private void execute(Runnable task) {
        schedule(task, 0);
    }

    private void schedule(Runnable task, long millis) {
        try {
            var _ = scheduler.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // the peer is stopping, and nobody wants to know any more
        }
    }
}
