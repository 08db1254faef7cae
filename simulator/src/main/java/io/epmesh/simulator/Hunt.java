package io.epmesh.simulator;

import io.epmesh.simulator.SeedRun.Mode;
import io.epmesh.simulator.SeedRun.Recipe;
import java.util.Optional;

/// Runs seeds until one fails, and says which: the core under it has a fault on purpose
/// (`bin/mutants`). Exit code 0: one failed; 1: all held.
final class Hunt {
    private Hunt() {}

    /// Runs the seeds from 1 on.
    ///
    /// @param args the last seed
    public static void main(String[] args) {
        long last = Long.parseLong(args[0]);
        for (long seed = 1; seed <= last; seed++) {
            Mode mode = seed % 4 == 0 ? Mode.LIVENESS : Mode.SAFETY;
            Optional<Violation> violation =
                    SeedRun.of(new Recipe(seed, 0, mode, Optional.empty())).violation();
            if (violation.isPresent()) {
                System.out.println("seed " + seed + ", " + violation.get().invariant());
                return;
            }
        }
        System.out.println("held for all " + last + " seeds");
        System.exit(1);
    }
}
