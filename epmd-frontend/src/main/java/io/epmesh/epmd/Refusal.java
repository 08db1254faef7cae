package io.epmesh.epmd;

/// Why a claim of a name was refused.
public enum Refusal {
    /// Somebody else has it, and kept it for the whole grace.
    TAKEN("taken"),
    /// The server has as many names as it takes.
    FULL("too many registrations");

    private final String text;

    Refusal(String text) {
        this.text = text;
    }

    /// For the log.
    @Override
    public String toString() {
        return text;
    }
}
