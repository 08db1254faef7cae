package io.epmesh.chaos.history;

/// How an operation ended.
public enum Outcome {
    /// It happened.
    OK,
    /// It surely had no effect.
    FAIL,
    /// It may have happened, now or later; or it is no request but something that was observed.
    INFO
}
