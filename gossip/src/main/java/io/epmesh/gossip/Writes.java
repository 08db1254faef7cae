package io.epmesh.gossip;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Local writes of mappings on their way to the disk: a write is applied, sent and acknowledged
/// only when it is durable, one batch at a time. Owned by the gossip thread.
///
/// Invariant: `counter` numbers this writer's writes without a gap. When a batch may or may not
/// have reached the disk, the writer is abandoned, and the next write draws a new one: a number is
/// never used for two writes.
public final class Writes {
    /// Changes of one write; so many of them are a batch of their own.
    public static final int CHANGES = 10_000;

    private static final int BATCH = 1_000;
    private static final int WAITING = 16_384;

    private final RandomGenerator random;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private final List<Answer> answers = new ArrayList<>();
    private @Nullable WriterId writer;
    private long counter;
    private Optional<Batch> inFlight = Optional.empty();
    private long nextBatch = 1;

    Writes(RandomGenerator random) {
        this.random = random;
    }

    /// A write that somebody waits for: all of its changes happen, in one batch, or none does.
    ///
    /// @param ticket names it in its answer
    /// @param wallMillis since 1970 on this peer's clock
    /// @param changes 1..[#CHANGES]
    public record Request(long ticket, long wallMillis, List<MappingChange> changes) {
        /// Copies the list and checks its length.
        public Request {
            changes = List.copyOf(changes);
            if (changes.isEmpty() || changes.size() > CHANGES) {
                throw new IllegalArgumentException(
                        "changes: %d (expected: 1..%d)".formatted(changes.size(), CHANGES));
            }
        }
    }

    /// What became of a write.
    ///
    /// @param ticket of its request
    /// @param outcome what became of it
    public record Answer(long ticket, WriteOutcome outcome) {}

    /// Writes that go to the disk together.
    ///
    /// @param id names it when it is reported
    /// @param writes in the order of their counters
    /// @param tickets for each write that of its request
    public record Batch(long id, List<MappingWrite> writes, List<Long> tickets) {
        /// {@return the journal's record}
        public Bytes record() {
            return Bytes.wrap(JournalCodec.writes(writes));
        }
    }

    void submit(Request request) {
        if (waiting.size() >= WAITING) {
            refuse(request, "busy: %d writes are waiting for the disk".formatted(WAITING));
        } else {
            waiting.add(request);
        }
    }

    /// The next batch to be made durable, unless one is on its way.
    Optional<Batch> stage(Mappings mappings) {
        if (inFlight.isPresent() || waiting.isEmpty()) {
            return Optional.empty();
        }
        List<MappingWrite> writes = new ArrayList<>();
        List<Long> tickets = new ArrayList<>();
        Mappings ahead = mappings;
        Set<Key> ignored = new HashSet<>();
        while (!waiting.isEmpty() && fits(waiting.element(), writes.size())) {
            Request request = waiting.remove();
            Optional<String> obstacle = obstacle(request, ahead);
            if (obstacle.isPresent()) {
                refuse(request, obstacle.get());
                continue;
            }
            int before = writes.size();
            for (MappingChange change : request.changes()) {
                List<Dot> superseded = superseded(change, ahead);
                if (change.value().isPresent() || !superseded.isEmpty()) {
                    MappingWrite write = write(request.wallMillis(), change, superseded);
                    writes.add(write);
                    tickets.add(request.ticket());
                    ahead = ahead.apply(write, ignored);
                }
            }
            if (writes.size() == before) { // nothing is there that it could remove
                answers.add(new Answer(request.ticket(), new WriteOutcome.Done()));
            }
        }
        if (writes.isEmpty()) {
            return Optional.empty();
        }
        inFlight = Optional.of(new Batch(nextBatch++, List.copyOf(writes), List.copyOf(tickets)));
        return inFlight;
    }

    boolean hasBatchInFlight() {
        return inFlight.isPresent();
    }

    /// The batch is on the disk: its writes, to be applied and sent now.
    List<MappingWrite> durable(long batch) {
        Batch done = land(batch);
        done.tickets().stream()
                .distinct()
                .forEach(ticket -> answers.add(new Answer(ticket, new WriteOutcome.Done())));
        return done.writes();
    }

    /// The batch did not reach the disk, or nobody can tell.
    void failed(long batch, String reason) {
        Batch lost = land(batch);
        writer = null;
        lost.tickets().stream()
                .distinct()
                .forEach(ticket ->
                        answers.add(new Answer(ticket, new WriteOutcome.Unknown(reason))));
    }

    List<Answer> drainAnswers() {
        List<Answer> drained = List.copyOf(answers);
        answers.clear();
        return drained;
    }

    private Batch land(long batch) {
        Batch landed =
                inFlight.filter(flying -> flying.id() == batch)
                        .orElseThrow(() -> new IllegalStateException("batch " + batch));
        inFlight = Optional.empty();
        return landed;
    }

    private static boolean fits(Request request, int staged) {
        return staged == 0 || staged + request.changes().size() <= BATCH;
    }

    private static List<Dot> superseded(MappingChange change, Mappings ahead) {
        List<Dot> there = ahead.dots(change.key());
        return change.only().isEmpty()
                ? there
                : there.stream().filter(change.only().get()::contains).toList();
    }

    private MappingWrite write(long wallMillis, MappingChange change, List<Dot> superseded) {
        if (writer == null) {
            writer = new WriterId(random.nextLong(), random.nextLong());
            counter = 0;
        }
        Dot dot = new Dot(writer, ++counter);
        return change.value().isPresent()
                ? new MappingWrite.Put(
                        dot, wallMillis, change.key(), change.value().get(), superseded)
                : new MappingWrite.Remove(dot, change.key(), superseded);
    }

    /// What is in the way of a request's puts, as if none of them took another's place.
    private Optional<String> obstacle(Request request, Mappings ahead) {
        List<MappingChange> puts =
                request.changes().stream().filter(change -> change.value().isPresent()).toList();
        if (puts.isEmpty()) {
            return Optional.empty();
        }
        long added =
                puts.stream()
                        .map(MappingChange::key)
                        .filter(key -> !ahead.byKey().containsKey(key))
                        .distinct()
                        .count();
        if (added > 0 && ahead.size() + added > Limits.MAPPINGS) {
            return Optional.of("mappings: the mesh holds %d already".formatted(ahead.size()));
        }
        if (writer == null && ahead.writerCount() >= Limits.WRITERS) {
            return Optional.of("writers: the mesh holds %d already".formatted(Limits.WRITERS));
        }
        long bytes = puts.stream().mapToLong(MappingChange::bytes).sum();
        if (ahead.bytes() + bytes > Limits.MAPPINGS_BYTES) {
            return Optional.of(
                    "mappings: the mesh holds %d bytes already".formatted(ahead.bytes()));
        }
        return puts.stream()
                .map(change -> change.value().get().length())
                .filter(length -> length > Limits.VALUE_BYTES)
                .findFirst()
                .map(length ->
                        "value: %d bytes (expected: <= %d)".formatted(length, Limits.VALUE_BYTES));
    }

    private void refuse(Request request, String reason) {
        answers.add(new Answer(request.ticket(), new WriteOutcome.Refused(reason)));
    }
}
