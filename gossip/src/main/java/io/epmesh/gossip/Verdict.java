package io.epmesh.gossip;

import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// What one verifier found of an orphaned owner's entries, as a whole: of two verdicts the higher
/// replaces the lower. It is void as soon as the owner is heard of again.
///
/// @param at the owner's last beat that the verifier knew
/// @param round rises with each verdict on that beat, from 1; 0 is no verdict
/// @param verifier who looked
/// @param findings entries without one have not been looked at
record Verdict(Beat at, long round, PeerId verifier, PMap<Key, Finding> findings)
        implements Comparable<Verdict> {
    static final Verdict NONE =
            new Verdict(Beat.NONE, 0, new PeerId(0, 0), HashTreePMap.<Key, Finding>empty());

    Verdict with(PMap<Key, Finding> found) {
        return new Verdict(at, round, verifier, found);
    }

    /// Only which one it is.
    Verdict withoutFindings() {
        return with(NONE.findings());
    }

    boolean isAfter(Verdict other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(Verdict other) {
        int byBeat = at.compareTo(other.at);
        if (byBeat != 0) {
            return byBeat;
        }
        int byRound = Long.compare(round, other.round);
        return byRound != 0 ? byRound : verifier.compareTo(other.verifier);
    }
}
