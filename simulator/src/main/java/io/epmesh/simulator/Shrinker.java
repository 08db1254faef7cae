package io.epmesh.simulator;

import io.epmesh.simulator.SeedRun.Recipe;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Finds a short schedule that still breaks the invariant that a whole one broke: leaves out
/// faults, then operations, in ever smaller pieces (delta debugging; Zeller, Hildebrandt, 2002).
final class Shrinker {
    /// Runs at the most, so that a failure is reported soon.
    private static final int RUNS = 300;

    private final Recipe recipe;
    private final Predicate<Recipe> fails;
    private int runs;

    /// @param recipe of a run that fails
    /// @param fails whether a run with a part of the schedule fails too
    Shrinker(Recipe recipe, Predicate<Recipe> fails) {
        this.recipe = recipe;
        this.fails = fails;
    }

    /// A part of the schedule that fails alike.
    Schedule shrink() {
        Schedule all = recipe.schedule();
        List<String> faults = all.faults().stream().map(Event::label).toList();
        List<String> acts = all.operations().stream().map(Event::label).toList();
        List<String> fewFaults = least(faults, acts);
        List<String> fewActs = least(acts, fewFaults);
        Set<String> left = new HashSet<>(fewFaults);
        left.addAll(fewActs);
        return all.only(left);
    }

    private List<String> least(List<String> labels, List<String> besides) {
        List<String> kept = labels;
        int pieces = 2;
        while (!kept.isEmpty() && runs < RUNS) {
            int size = Math.max(1, (kept.size() + pieces - 1) / pieces);
            List<String> smaller = without(kept, size, besides);
            if (smaller.size() < kept.size()) {
                kept = smaller;
                pieces = Math.max(2, pieces - 1);
            } else if (size == 1) {
                break;
            } else {
                pieces = Math.min(kept.size(), pieces * 2);
            }
        }
        return kept;
    }

    /// The labels without the first piece that is not needed.
    private List<String> without(List<String> labels, int size, List<String> besides) {
        for (int from = 0; from < labels.size() && runs < RUNS; from += size) {
            List<String> rest = new ArrayList<>(labels);
            rest.subList(from, Math.min(from + size, labels.size())).clear();
            Set<String> tried = new HashSet<>(rest);
            tried.addAll(besides);
            runs++;
            if (fails.test(recipe.only(tried))) {
                return rest;
            }
        }
        return labels;
    }
}
