package io.epmesh.simulator;

import static java.util.Objects.requireNonNull;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Identity;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Replica;
import io.epmesh.gossip.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// One host of a [SimulatedMesh]: its disk, its clocks, and the production core when it runs.
final class SimulatedPeer {
    /// From 1.
    final int number;

    /// Of its monotonic clock, which may count from anywhere.
    private final long clockOffset;

    SimulatedDisk disk = new SimulatedDisk();
    PMap<Key, Bytes> own = HashTreePMap.empty();
    long wallSkewMillis;

    /// Whether the disk refuses what is written; how long it takes to sync at the most.
    boolean diskRefuses;

    long syncNanos = USUAL_SYNC;
    static final long USUAL_SYNC = 30 * VirtualTime.MILLI;

    /// How this peer's messages go out.
    Dialect dialect = List::of;

    /// What another version makes of a message of this one.
    interface Dialect {
        List<byte[]> speak(byte[] message);
    }

    /// Whether the core has ever said that somebody else uses this peer's id.
    boolean identityTaken;

    private @Nullable Replica replica;
    private @Nullable Observer observer;
    private @Nullable Identity identity;
    private @Nullable Identity before;
    private boolean frozen;
    private boolean lost;
    private long run;

    /// What has arrived since it froze.
    private final List<Runnable> inbox = new ArrayList<>();

    SimulatedPeer(int number, long clockOffset) {
        this.number = number;
        this.clockOffset = clockOffset;
    }

    boolean isRunning() {
        return replica != null;
    }

    /// Whether it was ever started.
    boolean hasRun() {
        return identity != null;
    }

    boolean isFrozen() {
        return frozen;
    }

    /// The core, if it runs and is not frozen.
    Optional<Replica> awake() {
        return frozen ? Optional.empty() : Optional.ofNullable(replica);
    }

    /// The core, frozen or not.
    Optional<Replica> running() {
        return Optional.ofNullable(replica);
    }

    /// Its directory will never be seen again.
    void lose() {
        lost = true;
    }

    boolean isLost() {
        return lost;
    }

    /// Rises at each start and each end: what was meant for another run must not happen.
    long run() {
        return run;
    }

    long clock(long now) {
        return now + clockOffset;
    }

    /// The id of this run, or of the last one.
    PeerId id() {
        return requireNonNull(identity, "never started").peer();
    }

    long incarnation() {
        return requireNonNull(identity, "never started").incarnation();
    }

    /// The identity of the run before this one.
    Optional<Identity> ghost() {
        return Optional.ofNullable(before);
    }

    Observer observer() {
        return requireNonNull(observer, "never started");
    }

    Snapshot shown() {
        return observer().shown();
    }

    void begin(Identity next, Replica core, Observer watching, PMap<Key, Bytes> entries) {
        before = identity;
        identity = next;
        replica = core;
        observer = watching;
        own = entries;
        frozen = false;
        run++;
    }

    void end() {
        replica = null;
        frozen = false;
        inbox.clear();
        run++;
    }

    void freeze() {
        frozen = true;
    }

    /// Returns what has waited.
    List<Runnable> thaw() {
        frozen = false;
        List<Runnable> waiting = List.copyOf(inbox);
        inbox.clear();
        return waiting;
    }

    /// Now, or when it is thawed, unless it ends before.
    void whenAwake(Runnable action) {
        if (frozen) {
            inbox.add(action);
        } else {
            action.run();
        }
    }

    /// Everything that is replicated, in an order of its own, so that equal states print alike.
    String dump() {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(shown().owners())
                .forEach((owner, view) -> {
                    out.append(owner).append(' ').append(view.phase()).append(' ');
                    out.append(view.stamp()).append('\n');
                    new TreeMap<>(view.entries())
                            .forEach((k, v) -> line(out, owner + "  ", k, v.toString()));
                    new TreeMap<>(view.findings())
                            .forEach((k, v) -> line(out, owner + "  ? ", k, v.name()));
                });
        new TreeMap<>(shown().mappings())
                .forEach((key, mapping) -> line(out, "", key, mapping.candidates().toString()));
        if (replica != null) {
            out.append(new TreeMap<>(replica.mappings().counters())).append('\n');
            out.append(replica.digest());
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String indent, Key key, String value) {
        out.append(indent).append(key.name().toUtf8()).append(" = ").append(value).append('\n');
    }

    @Override
    public String toString() {
        return "peer " + number;
    }
}
