package io.epmesh.node.doctor;

import java.util.ArrayList;
import java.util.List;

/// What the steps of one examination have found so far, in order. One thread.
final class Findings {
    private final List<Finding> found = new ArrayList<>();

    /// @param step what was looked at
    /// @param text what is well about it
    void well(String step, String text) {
        found.add(Finding.well(step, text));
    }

    /// @param step what was looked at
    /// @param text what is wrong about it
    /// @param advice what to do
    void wrong(String step, String text, String advice) {
        found.add(Finding.wrong(step, text, advice));
    }

    List<Finding> all() {
        return List.copyOf(found);
    }
}
