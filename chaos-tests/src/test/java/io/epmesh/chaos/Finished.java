package io.epmesh.chaos;

/// How a command ended.
///
/// @param command what ran, for messages
/// @param exit its exit code
/// @param out its standard output
/// @param err its standard error
record Finished(String command, int exit, String out, String err) {
    /// This, if the command succeeded.
    ///
    /// @throws AssertionError with all that it said otherwise
    Finished orFail() {
        if (exit != 0) {
            throw new AssertionError(toString());
        }
        return this;
    }

    @Override
    public String toString() {
        return "%s: exit %d%nout: %s%nerr: %s".formatted(command, exit, out, err);
    }
}
