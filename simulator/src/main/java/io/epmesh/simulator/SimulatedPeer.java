package io.epmesh.simulator;

import static java.util.Objects.requireNonNull;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Changes;
import io.epmesh.gossip.Dot;
import io.epmesh.gossip.JournalCodec;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.MalformedMessageException;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.Mappings;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Publication;
import io.epmesh.gossip.Replica;
import io.epmesh.gossip.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// One peer of a [SimulatedMesh]: the production core, a disk that forgets what was not synced, and
/// a record of what the core has shown.
final class SimulatedPeer {
    final PeerId id;
    final List<byte[]> disk = new ArrayList<>();
    int synced;
    long incarnation;
    PMap<Key, Bytes> own = HashTreePMap.empty();
    @Nullable Replica replica;
    boolean frozen;

    /// What has arrived since it froze.
    final List<Runnable> inbox = new ArrayList<>();

    /// Whether the core has ever said that somebody else uses this id.
    boolean identityTaken;

    long wallSkewMillis;

    /// What becomes of its messages on their way out.
    Dialect dialect = message -> List.of(message);

    Snapshot shown = new Snapshot(new PeerId(0, 0), HashTreePMap.empty(), HashTreePMap.empty());

    /// An index kept only from the changes that were published: must equal the snapshot.
    final Map<Key, Mapping> mappingIndex = new HashMap<>();

    final Map<PeerId, Map<Key, Bytes>> entryIndex = new HashMap<>();
    private final Set<Dot> live = new HashSet<>();
    private final Set<Dot> gone = new HashSet<>();

    /// A way to say the same in other words.
    interface Dialect {
        List<byte[]> speak(byte[] message);
    }

    SimulatedPeer(PeerId id) {
        this.id = id;
    }

    boolean isRunning() {
        return replica != null;
    }

    void start(SplittableRandom random, long now) {
        Mappings restored = Mappings.EMPTY;
        try {
            for (byte[] record : disk) {
                restored = JournalCodec.replay(restored, record);
            }
        } catch (MalformedMessageException e) {
            throw new AssertionError(e);
        }
        live.clear();
        gone.clear();
        mappingIndex.clear();
        entryIndex.clear();
        replica = new Replica(id, ++incarnation, restored, random, now);
        own = HashTreePMap.empty();
    }

    /// kill -9 with loss of power: a part of what was not synced survives.
    void crash(SplittableRandom random) {
        replica = null;
        frozen = false;
        inbox.clear();
        int kept = synced + random.nextInt(disk.size() - synced + 1);
        disk.subList(kept, disk.size()).clear();
        synced = kept;
    }

    void publish(Publication publication) {
        shown = publication.snapshot();
        Changes changes = publication.changes();
        for (Key key : changes.mappings()) {
            Mapping mapping = shown.mappings().get(key);
            if (mapping == null) {
                mappingIndex.remove(key);
            } else {
                mappingIndex.put(key, mapping);
            }
        }
        changes.entries()
                .forEach((owner, keys) -> {
                    Map<Key, Bytes> index = entryIndex.computeIfAbsent(owner, _ -> new HashMap<>());
                    for (Key key : keys) {
                        Bytes value = requireNonNull(shown.owners().get(owner)).entries().get(key);
                        if (value == null) {
                            index.remove(key);
                        } else {
                            index.put(key, value);
                        }
                    }
                });
        checkNothingComesBack();
    }

    private void checkNothingComesBack() {
        Set<Dot> now = new HashSet<>();
        shown.mappings()
                .values()
                .forEach(mapping -> mapping.candidates().forEach(c -> now.add(c.dot())));
        for (Dot dot : live) {
            if (!now.contains(dot)) {
                gone.add(dot);
            }
        }
        for (Dot dot : now) {
            if (gone.contains(dot)) {
                throw new AssertionError("%s shows %s again".formatted(id, dot));
            }
        }
        live.clear();
        live.addAll(now);
    }

    void checkIndexes() {
        if (!mappingIndex.equals(new HashMap<>(shown.mappings()))) {
            throw new AssertionError(id + ": changes of mappings do not add up to the snapshot");
        }
        shown.owners()
                .forEach((owner, view) -> {
                    Map<Key, Bytes> index = entryIndex.getOrDefault(owner, Map.of());
                    if (!index.equals(new HashMap<>(view.entries()))) {
                        throw new AssertionError(
                                "%s: changes of %s do not add up: %s, %s"
                                        .formatted(id, owner, index, view.entries()));
                    }
                });
    }

    /// Everything that is replicated, in an order of its own, so that equal states print alike.
    String dump() {
        StringBuilder out = new StringBuilder();
        new TreeMap<>(shown.owners())
                .forEach((owner, view) -> {
                    out.append(owner).append(' ').append(view.phase()).append(' ');
                    out.append(view.stamp()).append('\n');
                    new TreeMap<>(view.entries()).forEach((k, v) -> line(out, "  ", k, v.toUtf8()));
                    new TreeMap<>(view.findings())
                            .forEach((k, v) -> line(out, "  ? ", k, v.name()));
                });
        new TreeMap<>(shown.mappings())
                .forEach((key, mapping) -> line(out, "", key, mapping.candidates().toString()));
        return out.toString();
    }

    private static void line(StringBuilder out, String indent, Key key, String value) {
        out.append(indent).append(key.name().toUtf8()).append(" = ").append(value).append('\n');
    }

    Set<Dot> liveDots() {
        return Set.copyOf(live);
    }

    Optional<Replica> running() {
        return frozen ? Optional.empty() : Optional.ofNullable(replica);
    }

    static final Comparator<SimulatedPeer> BY_ID = Comparator.comparing(peer -> peer.id);
}
