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

    /// A write that somebody waits for.
    ///
    /// @param ticket names it in its answer
    /// @param wallMillis since 1970 on this peer's clock
    /// @param key of the mapping
    /// @param value what to put; none removes
    public record Request(long ticket, long wallMillis, Key key, Optional<Bytes> value) {}

    /// What became of a write.
    ///
    /// @param ticket of its request
    /// @param outcome what became of it
    public record Answer(long ticket, WriteOutcome outcome) {}

    /// Writes that go to the disk together.
    ///
    /// @param id names it when it is reported
    /// @param writes in the order of their counters
    /// @param tickets of the writes' requests, in the same order
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
        while (!waiting.isEmpty() && writes.size() < BATCH) {
            Request request = waiting.remove();
            Optional<String> obstacle = obstacle(request, ahead);
            List<Dot> superseded = ahead.dots(request.key());
            if (obstacle.isPresent()) {
                refuse(request, obstacle.get());
            } else if (request.value().isEmpty() && superseded.isEmpty()) {
                answers.add(new Answer(request.ticket(), new WriteOutcome.Done()));
            } else {
                MappingWrite write = write(request, superseded);
                writes.add(write);
                tickets.add(request.ticket());
                ahead = ahead.apply(write, ignored);
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
        done.tickets().forEach(ticket -> answers.add(new Answer(ticket, new WriteOutcome.Done())));
        return done.writes();
    }

    /// The batch did not reach the disk, or nobody can tell.
    void failed(long batch, String reason) {
        Batch lost = land(batch);
        writer = null;
        lost.tickets()
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

    private MappingWrite write(Request request, List<Dot> superseded) {
        if (writer == null) {
            writer = new WriterId(random.nextLong(), random.nextLong());
            counter = 0;
        }
        Dot dot = new Dot(writer, ++counter);
        return request.value().isPresent()
                ? new MappingWrite.Put(
                        dot, request.wallMillis(), request.key(), request.value().get(), superseded)
                : new MappingWrite.Remove(dot, request.key(), superseded);
    }

    private Optional<String> obstacle(Request request, Mappings ahead) {
        if (request.value().isEmpty()) {
            return Optional.empty();
        }
        if (ahead.size() >= Limits.MAPPINGS && !ahead.byKey().containsKey(request.key())) {
            return Optional.of("mappings: the mesh holds %d already".formatted(Limits.MAPPINGS));
        }
        if (writer == null && ahead.writerCount() >= Limits.WRITERS) {
            return Optional.of("writers: the mesh holds %d already".formatted(Limits.WRITERS));
        }
        int bytes = request.value().get().length();
        if (ahead.bytes() + request.key().name().length() + bytes > Limits.MAPPINGS_BYTES) {
            return Optional.of(
                    "mappings: the mesh holds %d bytes already".formatted(ahead.bytes()));
        }
        return bytes > Limits.VALUE_BYTES
                ? Optional.of(
                        "value: %d bytes (expected: <= %d)".formatted(bytes, Limits.VALUE_BYTES))
                : Optional.empty();
    }

    private void refuse(Request request, String reason) {
        answers.add(new Answer(request.ticket(), new WriteOutcome.Refused(reason)));
    }
}
