package io.epmesh.node.adoption;

import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.Registration;
import io.epmesh.node.tasks.TaskThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Keeps the registration log up to date, behind what happens: nothing waits for it. Changes of one
/// name replace each other while they wait, so a slow disk makes it late, not large. An end waits a
/// moment, for a node that is adopted registers again by ending what was adopted: killed in
/// between, a peer would not know it; one remembered for too long has to prove that it lives
/// anyway. The log is its thread's, `registrations`; the methods may be called from any.
public final class Recorder implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Recorder.class.getName());
    private static final long CLOSE_SECONDS = 2;
    private static final Duration END = Duration.ofMillis(100);

    private final RegistrationLog log;
    private final Supplier<Optional<ListeningSockets>> sockets;
    private final Predicate<InetAddress> isOwn;
    private final Function<Registration, Optional<SelfDescription>> said;
    private final TaskThread thread;
    private final long endNanos;

    /// What is to be written: a registration, or that the name is free.
    private final Map<NodeName, Change> changes = new ConcurrentHashMap<>();

    private final AtomicBoolean scheduled = new AtomicBoolean();

    /// Registrations whose node has not said who it is, by name. The thread's.
    private final Map<NodeName, Unsaid> unsaid = new HashMap<>();

    private record Unsaid(Registration registration, RecordedNode node) {}

    private record Change(Optional<Registration> registration, long due) {
        boolean isDue() {
            return System.nanoTime() - due >= 0;
        }
    }

    /// Starts the thread.
    ///
    /// @param log its from now on
    /// @param sockets what listens now; empty where the system does not tell
    /// @param isOwn which addresses are this host's
    /// @param said what the node of a registration has said of itself, once it has
    /// @param onBug told when a broken invariant has stopped it: the peer must stop too
    public Recorder(
            RegistrationLog log,
            Supplier<Optional<ListeningSockets>> sockets,
            Predicate<InetAddress> isOwn,
            Function<Registration, Optional<SelfDescription>> said,
            Consumer<Throwable> onBug) {
        this(log, sockets, isOwn, said, onBug, END);
    }

    /// @param end how long an end waits
    Recorder(
            RegistrationLog log,
            Supplier<Optional<ListeningSockets>> sockets,
            Predicate<InetAddress> isOwn,
            Function<Registration, Optional<SelfDescription>> said,
            Consumer<Throwable> onBug,
            Duration end) {
        this.endNanos = end.toNanos();
        this.log = log;
        this.sockets = sockets;
        this.isOwn = isOwn;
        this.said = said;
        this.thread = new TaskThread("registrations", onBug);
    }

    /// A node has registered.
    ///
    /// @param registration its entry
    public void registered(Registration registration) {
        changes.put(registration.name(), new Change(Optional.of(registration), System.nanoTime()));
        schedule();
    }

    /// A registration has ended.
    ///
    /// @param registration the entry that was
    public void unregistered(Registration registration) {
        long due = System.nanoTime() + endNanos;
        changes.put(registration.name(), new Change(Optional.empty(), due));
        try {
            var _ = thread.schedule(this::write, endNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            // the peer has ended
        }
    }

    /// Some node has said who it is.
    public void learnt() {
        schedule();
    }

    /// Remembers what was adopted or may still be, with the proofs that it has, and nothing else.
    ///
    /// @param adopted registrations, and what they were adopted by
    /// @param late who has not been proven yet
    public void begin(Map<Registration, RecordedNode> adopted, Collection<RecordedNode> late) {
        execute(() -> {
            Map<NodeName, RecordedNode> now = new LinkedHashMap<>();
            adopted.values().forEach(node -> now.put(node.name(), node));
            late.forEach(node -> now.put(node.name(), node));
            for (RecordedNode before : log.nodes()) {
                if (!now.containsKey(before.name())) {
                    log.remove(before.name());
                }
            }
            List<RecordedNode> known = log.nodes();
            for (RecordedNode node : now.values()) {
                if (!known.contains(node)) {
                    log.put(node);
                }
            }
        });
        adopted.forEach(this::adopted);
    }

    /// Goes on remembering one that was adopted.
    ///
    /// @param registration its entry
    /// @param node what it was adopted by, and is remembered as
    public void adopted(Registration registration, RecordedNode node) {
        execute(() -> {
            if (node.said().isEmpty()) { // a successor may have come before
                unsaid.putIfAbsent(node.name(), new Unsaid(registration, node));
            }
        });
    }

    /// Forgets one that was not adopted after all; a later one of its name stays.
    ///
    /// @param node as it is remembered
    public void forget(RecordedNode node) {
        execute(() -> {
            if (log.nodes().contains(node)) {
                log.remove(node.name());
            }
        });
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            execute(this::write);
        }
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException closed) {
            // the peer has ended; what happens now is not a node's doing
        }
    }

    private void write() {
        scheduled.set(false);
        List<Registration> registered = new ArrayList<>();
        for (Map.Entry<NodeName, Change> each : Map.copyOf(changes).entrySet()) {
            NodeName name = each.getKey();
            Change change = each.getValue();
            if (change.isDue() && changes.remove(name, change)) {
                unsaid.remove(name);
                change.registration().ifPresentOrElse(registered::add, () -> log.remove(name));
            }
        }
        if (!registered.isEmpty()) {
            registered.sort(Comparator.comparingLong(Registration::id));
            Optional<ListeningSockets> now = sockets.get();
            for (Registration registration : registered) {
                RecordedNode node = RecordedNode.of(registration);
                if (now.isPresent() && isOwn.test(node.source())) {
                    node = node.listeningOn(now.get().onlyOneAt(node.info().port()));
                }
                log.put(node);
                unsaid.put(node.name(), new Unsaid(registration, node));
            }
        }
        unsaid.values().removeIf(this::hasSaid);
    }

    private boolean hasSaid(Unsaid node) {
        Optional<SelfDescription> self = said.apply(node.registration());
        self.ifPresent(known -> log.put(node.node().saying(known)));
        return self.isPresent();
    }

    /// Writes what is left, and ends the thread.
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.close();
            } else {
                LOG.log(Level.WARNING, "registrations: not written within {0} s", CLOSE_SECONDS);
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "registrations: not closed in order: {0}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
