package io.epmesh.gossip;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What stands under one key: more than one candidate after concurrent puts, until the next put.
///
/// @param key of the mapping
/// @param candidates at least one; the first is the winner on every peer that knows them all
public record Mapping(Key key, List<Candidate> candidates) {
    /// Later clock first, and where clocks agree the higher dot: the clock only decides between
    /// puts that did not know of each other.
    private static final Comparator<Candidate> WINNER_FIRST =
            Comparator.comparingLong(Candidate::wallMillis)
                    .thenComparing(Candidate::dot)
                    .reversed();

    /// Copies `candidates`, the winner first.
    public Mapping {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("candidates: none (expected: >= 1)");
        }
        List<Candidate> sorted = new ArrayList<>(candidates);
        sorted.sort(WINNER_FIRST);
        candidates = List.copyOf(sorted);
    }

    /// One put that still stands.
    ///
    /// @param dot the write
    /// @param wallMillis since 1970 on the writer's clock
    /// @param value what was put
    public record Candidate(Dot dot, long wallMillis, Bytes value) {}

    /// {@return the candidate that counts}
    public Candidate winner() {
        return candidates.getFirst();
    }

    Mapping with(Candidate candidate) {
        List<Candidate> more = new ArrayList<>(candidates);
        more.add(candidate);
        return new Mapping(key, more);
    }

    /// The candidates but those of `dot`; may be empty.
    List<Candidate> without(Dot dot) {
        return candidates.stream().filter(candidate -> !candidate.dot().equals(dot)).toList();
    }
}
