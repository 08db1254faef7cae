package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.util.List;

/// Judges one property of a history.
public interface Checker {
    /// Judges it.
    ///
    /// @param history all operations of a run, in any order
    /// @return what was found
    Result check(List<Operation> history);
}
