package io.epmesh.node.cables;

import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.MappingChange;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.WriteOutcome;
import io.epmesh.gossip.Writes;
import io.epmesh.node.naming.CableEntry;
import io.epmesh.node.naming.CableList;
import io.epmesh.node.naming.CutBook;
import io.epmesh.node.naming.CutEntry;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.NodePair;
import io.epmesh.node.naming.Verifier;
import io.epmesh.node.tasks.TaskThread;
import io.epmesh.relay.CableView;
import io.epmesh.relay.Treatment;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// The cuts of the mesh as this peer knows them: keeps its relay to what holds, and takes away what
/// is over. The thread `cuts` owns the book; any thread may call.
public final class MeshCuts implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MeshCuts.class.getName());
    private static final long TICK_MILLIS = 1_000;
    private static final int SWEEP_TICKS = 30;

    /// Any: chooses who sweeps, as orphans have their verifiers.
    private static final PeerId SWEPT = new PeerId(0, 0);

    private final TaskThread thread;
    private final Supplier<NameTable> names;
    private final Function<List<MappingChange>, CompletionStage<WriteOutcome>> write;
    private final Consumer<List<Event.Draft>> events;
    private final CutOrders orders;

    /// What was published and is still to be taken; one task is enough for all of it.
    private final AtomicReference<Optional<Untaken>> untaken =
            new AtomicReference<>(Optional.empty());

    private CutBook book = new CutBook();
    private Optional<PeerId> self = Optional.empty();
    private int ticks;

    /// Both are written by the thread `cuts`.
    private volatile CutTable table = CutTable.EMPTY;

    private volatile CableControl control = CableControl.OFF;

    /// Who has published last; written by the thread that does.
    private volatile Optional<PeerId> publisher = Optional.empty();

    /// @param newest of several snapshots
    /// @param changed since the last one that was taken
    private record Untaken(Snapshot newest, Set<Key> changed) {
        static Optional<Untaken> add(Optional<Untaken> before, Snapshot newest, List<Key> keys) {
            Set<Key> changed = new HashSet<>(keys);
            before.ifPresent(it -> changed.addAll(it.changed()));
            return Optional.of(new Untaken(newest, changed));
        }
    }

    /// Prepares it for a peer without a relay; nothing is known yet.
    ///
    /// @param names the newest table
    /// @param write to the replicated state
    /// @param events told what was cut and opened
    /// @param onBug told when a broken invariant has stopped it: the peer must stop too
    public MeshCuts(
            Supplier<NameTable> names,
            Function<List<MappingChange>, CompletionStage<WriteOutcome>> write,
            Consumer<List<Event.Draft>> events,
            Consumer<Throwable> onBug) {
        this.names = names;
        this.write = write;
        this.events = events;
        this.thread = new TaskThread("cuts", onBug);
        this.orders = new CutOrders(this, names, write);
        var _ =
                thread.scheduleAtFixedRate(
                        this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// The state has changed; on the gossip thread. At the beginning of a run, before anything is
    /// answered, it governs the relay when this returns.
    ///
    /// @param snapshot the newest
    /// @param changes since the one before
    public void published(Snapshot snapshot, Changes changes) {
        boolean begins = !publisher.equals(Optional.of(snapshot.self()));
        List<Key> keys =
                changes.mappings().stream().filter(key -> key.kind() == NodePair.KIND).toList();
        if (keys.isEmpty() && !begins) {
            return;
        }
        publisher = Optional.of(snapshot.self());
        boolean isAwaited =
                untaken.getAndUpdate(before -> Untaken.add(before, snapshot, keys)).isPresent();
        CompletableFuture<Void> taken = new CompletableFuture<>();
        if (begins || !isAwaited) {
            run(() -> {
                try {
                    take();
                } finally {
                    taken.complete(null);
                }
            });
        }
        if (begins && !thread.isShutdown()) {
            taken.join();
        }
    }

    /// Takes the cables of this peer's relay in charge; what was published before governs them when
    /// this returns. For the start, from any thread that may wait.
    ///
    /// @param relay this peer's
    public void attach(CableControl relay) {
        CompletableFuture<CompletionStage<Void>> begun = new CompletableFuture<>();
        run(() -> {
            try {
                control = relay;
                begun.complete(relay.govern(policy()));
            } finally {
                begun.complete(CompletableFuture.completedFuture(null)); // if that was a bug
            }
        });
        if (!thread.isShutdown()) {
            begun.thenCompose(Function.identity()).join();
        }
    }

    /// {@return what is ordered and what cables there are, within about 1 s}
    public CompletionStage<CableList> cables() {
        return control.meshCables()
                .thenApply(
                        cables -> new CableList(table.entries(), entries(cables), cables.silent()));
    }

    /// {@return what is ordered}
    CutTable table() {
        return table;
    }

    /// {@return what is ordered, with what is over; the thread `cuts` owns it}
    CutBook book() {
        return book;
    }

    /// {@return what governs the cables of this peer}
    CableControl control() {
        return control;
    }

    /// {@return the thread `cuts`; it refuses tasks after {@link #close}}
    Executor thread() {
        return thread;
    }

    /// {@return what is ordered for pairs, in the order of the pairs}
    public List<CutEntry> orders() {
        return table.entries();
    }

    /// {@return the cables of this peer's relay}
    public CompletionStage<PeerCables> ownCables() {
        return control.cables();
    }

    /// Cuts or slows cables.
    ///
    /// @param request whom from whom, and how
    /// @return what became of it
    public CompletionStage<CutResult> cut(CutRequest request) {
        return orders.cut(request);
    }

    /// Opens cables.
    ///
    /// @param islands between whom, with all that was cut within them: whole cuts, or what is not
    ///   cut at all; empty: all that is cut or slowed
    /// @return what became of it
    public CompletionStage<CutResult> fix(Optional<Islands> islands) {
        return orders.fix(islands);
    }

    /// Orders that are in work get their answer; later ones are refused.
    @Override
    public void close() {
        thread.shutdown();
    }

    private void take() {
        untaken.getAndSet(Optional.empty()).ifPresent(it -> take(it.newest(), it.changed()));
    }

    private void take(Snapshot snapshot, Collection<Key> changed) {
        if (self.equals(Optional.of(snapshot.self()))) {
            book.take(snapshot, changed, now());
        } else { // a run begins, under another identity than the last one
            self = Optional.of(snapshot.self());
            book = new CutBook();
            book.take(snapshot, snapshot.mappings().keySet(), now());
        }
        refresh();
    }

    private void tick() {
        if (book.size() > 0) {
            refresh();
            if (++ticks % SWEEP_TICKS == 0) {
                sweep();
            }
        }
    }

    private void refresh() {
        CutTable before = table;
        CutTable after = book.table(now());
        table = after;
        events.accept(CutEvents.between(before, after, book));
        if (!after.treatsAlike(before)) {
            var _ = control.govern(policy());
        }
    }

    /// One peer does it for all who see the same peers: each that writes is remembered for ever.
    private void sweep() {
        List<MappingChange> stale = book.stale(now());
        Snapshot snapshot = names.get().snapshot();
        if (!stale.isEmpty() && Verifier.of(SWEPT, snapshot).equals(Optional.of(snapshot.self()))) {
            var _ =
                    write.apply(stale.stream().limit(Writes.CHANGES).toList())
                            .thenAccept(
                                    outcome -> LOG.log(Level.DEBUG, "cables: swept: {0}", outcome));
        }
    }

    private CutPolicy policy() {
        return new CutPolicy(table, this::isSlowedElsewhere);
    }

    /// As the way of a cable leads behind the relay of the peer that has the node.
    private boolean isSlowedElsewhere(NodeName sender) {
        NameTable now = names.get();
        String here = now.snapshot().self().toString();
        return now.lookup(sender)
                .filter(entry -> entry.state() == NodeEntry.State.UP)
                .flatMap(NodeEntry::peer)
                .filter(peer -> !peer.equals(here))
                .flatMap(peer -> now.description(PeerId.parse(peer)))
                .filter(peer -> peer.relayPort() > 0)
                .isPresent();
    }

    static List<CableEntry> entries(MeshCables cables) {
        return cables.answered().stream()
                .flatMap(peer -> peer.cables().stream().map(cable -> entry(peer.host(), cable)))
                .toList();
    }

    private static CableEntry entry(String host, CableView cable) {
        return new CableEntry(
                host,
                cable.source(),
                cable.target(),
                switch (cable.state()) {
                    case WAITING -> CableEntry.State.WAITING;
                    case JOINED -> CableEntry.State.JOINED;
                    case BROKEN -> CableEntry.State.BROKEN;
                },
                CutPolicy.effect(cable.treatment(), Treatment.Carry::toTarget),
                CutPolicy.effect(cable.treatment(), Treatment.Carry::toSource),
                cable.age(),
                cable.bytesToTarget(),
                cable.bytesToSource());
    }

    private static CutBook.Time now() {
        return new CutBook.Time(System.nanoTime(), System.currentTimeMillis());
    }

    private void run(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "cables: closed, and something comes in");
        }
    }
}
