package io.epmesh.simulator;

import java.util.SplittableRandom;

/// A stream of randomness for each part of a simulation, all from one seed: what one part draws
/// does not shift what another one gets.
final class Streams {
    private final long seed;

    Streams(long seed) {
        this.seed = seed;
    }

    SplittableRandom of(String part) {
        long mixed = seed;
        for (int i = 0; i < part.length(); i++) {
            mixed = mixed * 0x9e3779b97f4a7c15L + part.charAt(i);
        }
        return new SplittableRandom(mixed ^ (mixed >>> 31));
    }
}
