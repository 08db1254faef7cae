package io.epmesh.node;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Gossip;
import io.epmesh.gossip.Identity;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Network;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Vitals;
import io.epmesh.node.metrics.ProcessMetrics;
import io.epmesh.node.naming.NameEvents;
import io.epmesh.node.naming.NameHistory;
import io.epmesh.node.naming.NameLookup;
import io.epmesh.node.naming.NameTable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/// This peer's part in the mesh: the data directory, gossip, and the table that is published from
/// it; begun anew under another identity when somebody else turns out to use this one. The table is
/// written by the gossip thread and read by all.
final class Replication implements Gossip.Listener, AutoCloseable {
    private final Path directory;
    private final LocalNodes nodes;
    private final Function<Identity, Network> networks;
    private final Consumer<Throwable> onBug;
    private volatile DataDirectory data;
    private final SecureRandom random = new SecureRandom();
    private final EventLog events = new EventLog(random.nextInt());
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final List<BiConsumer<Snapshot, Changes>> followers = new CopyOnWriteArrayList<>();
    private volatile NameHistory history;

    /// Null until something is published.
    private volatile @Nullable Gossip gossip;

    private volatile boolean closed;

    /// @param networks makes the network of an identity
    /// @param onBug told when a broken invariant has stopped gossip: the peer must stop too
    Replication(
            Path directory,
            LocalNodes nodes,
            Function<Identity, Network> networks,
            Consumer<Throwable> onBug)
            throws DataDirectory.InUseException, IOException {
        this.directory = directory;
        this.nodes = nodes;
        this.networks = networks;
        this.onBug = onBug;
        this.data = DataDirectory.open(directory);
        this.history = begin(data.identity(), random);
    }

    /// Publishes what is in the journal and what this peer owns, to this host: look-ups answer it
    /// from here on. What it owns must be known by now.
    void publish() throws IOException {
        gossip = gossip();
    }

    /// Joins the mesh.
    void start() throws IOException {
        if (gossip == null) {
            publish();
        }
        running().start();
    }

    NameTable table() {
        return history.table();
    }

    /// Finds names in it, and those of this host's nodes before they are in it.
    NameLookup lookup() {
        return new NameLookup(this::table, nodes::entry);
    }

    NameHistory history() {
        return history;
    }

    /// What this peer has seen to change, over all of its identities.
    EventLog events() {
        return events;
    }

    /// What is published, and how to hear of it.
    MeshView.Published published() {
        return new MeshView.Published(() -> history, events::history, this::onChange);
    }

    private Runnable onChange(Runnable changed) {
        watchers.add(changed);
        Runnable endEvents = events.onChange(changed);
        return () -> {
            watchers.remove(changed);
            endEvents.run();
        };
    }

    /// Has somebody called with each state that is published, on the gossip thread.
    void onPublished(BiConsumer<Snapshot, Changes> follower) {
        followers.add(follower);
    }

    Gossip running() {
        return Objects.requireNonNull(gossip, "nothing was published yet");
    }

    Identity identity() {
        return data.identity();
    }

    @Override
    public void published(Snapshot snapshot, Changes changes) {
        NameHistory before =
                snapshot.self().equals(history.table().snapshot().self())
                        ? history
                        : begin(data.identity(), random); // until now the former one's answers
        history = before.next(before.table().next(snapshot, changes));
        events.add(NameEvents.between(before.table(), history.table(), changes));
        followers.forEach(follower -> follower.accept(snapshot, changes));
        if (history.version().number() != before.version().number()) {
            watchers.forEach(Runnable::run);
        }
    }

    @Override
    public void identityTaken() {
        Thread.ofPlatform().name("new-identity").start(this::beginAnew);
    }

    @Override
    public void failed(Throwable bug) {
        onBug.accept(bug);
    }

    @Override
    public void close() {
        closed = true;
        Gossip last = gossip;
        if (last != null) {
            last.close();
        }
        data.close();
    }

    private static NameHistory begin(Identity identity, SecureRandom random) {
        return NameHistory.begin(random.nextLong(), NameTable.empty(identity.peer()));
    }

    private final class Self implements Gossip.Self {
        @Override
        public PMap<Key, Bytes> entries() {
            return nodes.entries();
        }

        @Override
        public Vitals vitals() {
            return ProcessMetrics.vitals();
        }
    }

    private Gossip gossip() throws IOException {
        return Gossip.of(
                data.identity(),
                data.journal(),
                networks.apply(data.identity()),
                new Self(),
                random,
                this);
    }

    /// Goes on under a new identity; on a thread of its own, since the gossip thread ends in it.
    private void beginAnew() {
        try {
            running().close();
            data.close();
            if (data.identity().persistent()) {
                DataDirectory.renew(directory);
            }
            data = DataDirectory.open(directory);
            publish();
            watchers.forEach(Runnable::run); // even if this host has no names
            running().start();
            running().ownChanged(); // what changed in between was told to the one before
            if (closed) {
                close();
            }
        } catch (IOException | DataDirectory.InUseException | RuntimeException e) {
            onBug.accept(e);
        }
    }
}
