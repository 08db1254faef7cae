package io.epmesh.node.doctor;

/// What one step of an examination has found.
///
/// @param step what was looked at, in a word or two
/// @param text what was found, a clause for people
/// @param advice what to do about it; empty where all is well
public record Finding(String step, String text, String advice) {
    static Finding well(String step, String text) {
        return new Finding(step, text, "");
    }

    static Finding wrong(String step, String text, String advice) {
        return new Finding(step, text, advice);
    }

    /// {@return whether there is nothing to do}
    public boolean isWell() {
        return advice.isEmpty();
    }
}
