package io.epmesh.gossip;

import io.epmesh.gossip.Mapping.Candidate;
import io.epmesh.gossip.Message.LiveWrite;
import io.epmesh.gossip.Message.WriterLine;
import io.epmesh.gossip.Message.WriterState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/// The mappings: an observed-remove map without tombstones. Immutable; any thread.
///
/// ```
/// A put is a dot (writer, counter); a later write of the same key supersedes the dots that its
/// writer saw. What is known of a writer is one counter, for its writes are taken in without gaps:
/// a dot at or below it that is not live was superseded, for ever. A dot that is superseded before
/// it has arrived waits in the writer's doomed set, above the counter, and never becomes live.
/// ```
///
/// After "An optimized conflict-free replicated set" (Bieniusa, Zawirski, Preguiça, Shapiro,
/// Baquero, Balegas, Duarte; 2012), with the version vector held contiguous and the doomed set for
/// removals that overtake.
public final class Mappings {
    /// Nothing written yet.
    public static final Mappings EMPTY =
            new Mappings(
                    HashTreePMap.<WriterId, Writer>empty(),
                    HashTreePMap.<Key, Mapping>empty(),
                    0,
                    0);

    private final PMap<WriterId, Writer> writers;
    private final PMap<Key, Mapping> byKey;
    private final long fingerprint;
    private final long bytes;

    private Mappings(
            PMap<WriterId, Writer> writers,
            PMap<Key, Mapping> byKey,
            long fingerprint,
            long bytes) {
        this.writers = writers;
        this.byKey = byKey;
        this.fingerprint = fingerprint;
        this.bytes = bytes;
    }

    /// What is known of one writer.
    ///
    /// Invariants: counters of `live` are in 1..counter, those of `doomed` above it; `sum` adds up
    /// the fingerprints of both.
    private record Writer(
            WriterId id, long counter, PMap<Long, LiveWrite> live, PSet<Long> doomed, long sum) {
        static Writer unknown(WriterId id) {
            return new Writer(id, 0, HashTreePMap.empty(), HashTreePSet.<Long>empty(), 0);
        }

        long hash() {
            return sum + Fingerprint.of(new WireWriter().writer(id).i64(counter));
        }

        Writer at(long counter) {
            return new Writer(id, counter, live, doomed, sum);
        }

        Writer plus(LiveWrite write) {
            return new Writer(
                    id, counter, live.plus(write.counter(), write), doomed, sum + print(write));
        }

        Writer minus(LiveWrite write) {
            return new Writer(id, counter, live.minus(write.counter()), doomed, sum - print(write));
        }

        Writer doom(long dot) {
            return doomed.contains(dot)
                    ? this
                    : new Writer(id, counter, live, doomed.plus(dot), sum + print(dot));
        }

        Writer undoom(long dot) {
            return doomed.contains(dot)
                    ? new Writer(id, counter, live, doomed.minus(dot), sum - print(dot))
                    : this;
        }

        WriterState state() {
            return new WriterState(id, counter, List.copyOf(live.values()), List.copyOf(doomed));
        }

        private long print(LiveWrite write) {
            return Fingerprint.of(
                    new WireWriter()
                            .writer(id)
                            .i64(write.counter())
                            .key(write.key())
                            .i64(write.wallMillis())
                            .bytes(write.value()));
        }

        private long print(long dot) {
            return Fingerprint.of(new WireWriter().writer(id).i64(dot).u8(2));
        }
    }

    /// How a write from elsewhere was met.
    enum Arrival {
        APPLIED,
        KNOWN,
        /// Writes of the same writer before it are missing: pull.
        GAP
    }

    int size() {
        return byKey.size();
    }

    int writerCount() {
        return writers.size();
    }

    PMap<Key, Mapping> byKey() {
        return byKey;
    }

    /// Of the keys and values of all standing writes.
    long bytes() {
        return bytes;
    }

    /// Of all of it; equal on peers that hold the same.
    long fingerprint() {
        return fingerprint;
    }

    /// How many writes of each writer are known, which says which: there are no gaps.
    ///
    /// @return by writer; unmodifiable
    public Map<WriterId, Long> counters() {
        Map<WriterId, Long> counters = new HashMap<>();
        writers.values().forEach(writer -> counters.put(writer.id(), writer.counter()));
        return Map.copyOf(counters);
    }

    long counter(WriterId writer) {
        return writer(writer).counter();
    }

    Arrival arrival(MappingWrite write) {
        long known = counter(write.dot().writer());
        long counter = write.dot().counter();
        return counter <= known
                ? Arrival.KNOWN
                : counter == known + 1 ? Arrival.APPLIED : Arrival.GAP;
    }

    /// Takes in the writer's next write; `changed` is told the keys that look different now.
    Mappings apply(MappingWrite write, Set<Key> changed) {
        if (arrival(write) != Arrival.APPLIED) {
            throw new IllegalStateException(
                    "write %s after counter %d (expected: the next)"
                            .formatted(write.dot(), counter(write.dot().writer())));
        }
        Change change = new Change(this, changed);
        change.advance(write);
        write.superseded().forEach(change::supersede);
        return change.result();
    }

    /// Takes in what another peer held of some writers at one moment.
    Mappings merge(List<WriterState> states, Set<Key> changed) {
        Change change = new Change(this, changed);
        for (WriterState state : states) {
            change.merge(state);
        }
        return change.result();
    }

    /// The dots under `key` now: what a write of it supersedes.
    List<Dot> dots(Key key) {
        Mapping mapping = byKey.get(key);
        return mapping == null
                ? List.of()
                : mapping.candidates().stream()
                        .map(Candidate::dot)
                        .limit(Limits.SUPERSEDED)
                        .toList();
    }

    List<WriterLine> lines() {
        List<WriterLine> lines = new ArrayList<>(writers.size());
        for (Writer writer : writers.values()) {
            lines.add(new WriterLine(writer.id(), writer.counter(), writer.hash()));
        }
        return lines;
    }

    /// The writers of which this differs from `lines`.
    List<WriterState> newsFor(List<WriterLine> lines) {
        Map<WriterId, Long> theirs = new HashMap<>();
        lines.forEach(line -> theirs.put(line.writer(), line.hash()));
        List<WriterState> news = new ArrayList<>();
        for (Writer writer : writers.values()) {
            Long hash = theirs.get(writer.id());
            if (hash == null || hash != writer.hash()) {
                news.add(writer.state());
            }
        }
        return news;
    }

    /// Whether `lines` differ from this in a way that may hold something unknown here.
    boolean mayLearnFrom(List<WriterLine> lines) {
        return lines.stream().anyMatch(line -> writer(line.writer()).hash() != line.hash());
    }

    /// How another peer's mappings differ from these. Writers that are at one counter may still
    /// differ in what they doom.
    Difference difference(List<WriterLine> lines) {
        Map<WriterId, Long> theirs = new HashMap<>();
        lines.forEach(line -> theirs.put(line.writer(), line.counter()));
        long missing = 0;
        for (Writer writer : writers.values()) {
            missing += Math.max(0, writer.counter() - theirs.getOrDefault(writer.id(), 0L));
        }
        long ahead = 0;
        for (Map.Entry<WriterId, Long> their : theirs.entrySet()) {
            ahead += Math.max(0, their.getValue() - writer(their.getKey()).counter());
        }
        return new Difference(Optional.empty(), missing, ahead);
    }

    /// All of it, for a journal's snapshot and for tests.
    List<WriterState> states() {
        return writers.values().stream().map(Writer::state).toList();
    }

    private Writer writer(WriterId id) {
        Writer writer = writers.get(id);
        return writer == null ? Writer.unknown(id) : writer;
    }

    /// One step from a version of the map to the next. Confined to the call that makes it.
    private static final class Change {
        private final Mappings before;
        private final Set<Key> changed;
        private final Set<WriterId> touched = new HashSet<>();
        private PMap<WriterId, Writer> writers;
        private PMap<Key, Mapping> byKey;
        private long bytes;

        Change(Mappings before, Set<Key> changed) {
            this.before = before;
            this.changed = changed;
            this.writers = before.writers;
            this.byKey = before.byKey;
            this.bytes = before.bytes;
        }

        void advance(MappingWrite write) {
            long counter = write.dot().counter();
            Writer writer = writer(write.dot().writer());
            boolean doomed = writer.doomed().contains(counter);
            put(writer.at(counter).undoom(counter));
            if (write instanceof MappingWrite.Put put && !doomed) {
                add(writer.id(), new LiveWrite(counter, put.wallMillis(), put.key(), put.value()));
            }
        }

        void supersede(Dot dot) {
            Writer writer = writer(dot.writer());
            if (dot.counter() > writer.counter()) {
                put(writer.doom(dot.counter()));
            } else {
                drop(writer.id(), dot.counter());
            }
        }

        void merge(WriterState theirs) {
            Writer ours = writer(theirs.writer());
            Set<Long> theirLive = new HashSet<>();
            theirs.live().forEach(write -> theirLive.add(write.counter()));
            Set<Long> theirDoomed = Set.copyOf(theirs.doomed());
            for (LiveWrite write : ours.live().values()) {
                boolean gone =
                        write.counter() <= theirs.counter()
                                ? !theirLive.contains(write.counter())
                                : theirDoomed.contains(write.counter());
                if (gone) {
                    drop(ours.id(), write.counter());
                }
            }
            for (LiveWrite write : theirs.live()) {
                if (write.counter() > ours.counter() && !ours.doomed().contains(write.counter())) {
                    add(ours.id(), write);
                }
            }
            Writer merged = writer(ours.id()).at(Math.max(ours.counter(), theirs.counter()));
            for (long dot : theirDoomed) {
                merged = merged.doom(dot);
            }
            for (long dot : merged.doomed()) {
                merged = dot <= merged.counter() ? merged.undoom(dot) : merged;
            }
            put(merged);
        }

        Mappings result() {
            long fingerprint = before.fingerprint;
            for (WriterId id : touched) {
                Writer was = before.writers.get(id);
                fingerprint += writer(id).hash() - (was == null ? 0 : was.hash());
            }
            return new Mappings(writers, byKey, fingerprint, bytes);
        }

        private void add(WriterId id, LiveWrite write) {
            put(writer(id).plus(write));
            bytes += size(write);
            Dot dot = new Dot(id, write.counter());
            Candidate candidate = new Candidate(dot, write.wallMillis(), write.value());
            Mapping mapping = byKey.get(write.key());
            byKey =
                    byKey.plus(
                            write.key(),
                            mapping == null
                                    ? new Mapping(write.key(), List.of(candidate))
                                    : mapping.with(candidate));
            changed.add(write.key());
        }

        private static int size(LiveWrite write) {
            return write.key().name().length() + write.value().length();
        }

        private void drop(WriterId id, long counter) {
            LiveWrite write = writer(id).live().get(counter);
            if (write == null) {
                return; // superseded before
            }
            put(writer(id).minus(write));
            bytes -= size(write);
            Mapping mapping = byKey.get(write.key());
            if (mapping == null) {
                throw new IllegalStateException("live write %s under no key".formatted(write));
            }
            List<Candidate> left = mapping.without(new Dot(id, counter));
            byKey =
                    left.isEmpty()
                            ? byKey.minus(write.key())
                            : byKey.plus(write.key(), new Mapping(write.key(), left));
            changed.add(write.key());
        }

        private Writer writer(WriterId id) {
            Writer writer = writers.get(id);
            return writer == null ? Writer.unknown(id) : writer;
        }

        private void put(Writer writer) {
            touched.add(writer.id());
            writers = writers.plus(writer.id(), writer);
        }
    }
}
