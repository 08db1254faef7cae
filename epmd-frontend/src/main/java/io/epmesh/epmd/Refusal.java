package io.epmesh.epmd;

/// Why a claim of a name was refused.
public enum Refusal {
    /// Somebody else has it, and kept it for the whole grace.
    TAKEN("taken"),
    /// The server has as many names as it takes.
    FULL("too many registrations"),
    /// The other host that it comes from has as many as one may have.
    OVER_SHARE("too many registrations from there"),
    /// It comes from another host, which may not register here.
    NOT_ALLOWED("not allowed from there");

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
