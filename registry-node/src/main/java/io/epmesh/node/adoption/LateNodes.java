package io.epmesh.node.adoption;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Remembered nodes that the start did not wait for: neither proven nor disproven in its time, for
/// they are slow, stopped, or have not been asked. They are asked for some time more. Confined to
/// one thread at a time.
public final class LateNodes {
    /// Each time a second longer before all are asked again: 36 s in all, and the rounds' own time.
    public static final List<Duration> PAUSES =
            IntStream.rangeClosed(1, 8).mapToObj(Duration::ofSeconds).toList();

    /// How long a round of proofs may take.
    private static final Duration ROUND = Duration.ofSeconds(3);

    private final List<RecordedNode> waiting;
    private final Prover prover;
    private final Deque<Duration> pauses;

    /// Asks nobody yet.
    ///
    /// @param nodes whom to ask
    /// @param prover asks
    /// @param pauses one before each round, usually [#PAUSES]
    public LateNodes(Collection<RecordedNode> nodes, Prover prover, List<Duration> pauses) {
        this.waiting = new ArrayList<>(nodes);
        this.prover = prover;
        this.pauses = new ArrayDeque<>(pauses);
    }

    /// {@return the pause that is due before the next round; empty if there is none}
    public Optional<Duration> pause() {
        return waiting.isEmpty() ? Optional.empty() : Optional.ofNullable(pauses.peek());
    }

    /// A round: asks all that are not known yet, and gives them up if it was the last one; blocks
    /// for some seconds at most.
    ///
    /// @param proven told of each that proves to live
    /// @param givenUp told of each that is disproven, or silent to the end
    /// @throws InterruptedException if the calling thread is interrupted
    public void ask(Consumer<RecordedNode> proven, Consumer<RecordedNode> givenUp)
            throws InterruptedException {
        pauses.remove();
        Collections.shuffle(waiting); // no silent ones are always first
        Map<RecordedNode, Proof> proofs = prover.prove(waiting, ROUND);
        boolean last = pauses.isEmpty();
        waiting.removeIf(node ->
                switch (proofs.getOrDefault(node, Proof.SILENT)) {
                    case PROVEN -> {
                        proven.accept(node);
                        yield true;
                    }
                    case NONE -> {
                        givenUp.accept(node);
                        yield true;
                    }
                    case SILENT, UNASKED -> {
                        if (last) {
                            givenUp.accept(node);
                        }
                        yield last;
                    }
                });
    }
}
