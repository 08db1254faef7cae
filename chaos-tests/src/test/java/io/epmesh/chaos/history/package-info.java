/// What was done and seen in a run, in Jepsen's words: operations of processes, each with an
/// outcome that says whether it may have happened.
@NullMarked
package io.epmesh.chaos.history;

import org.jspecify.annotations.NullMarked;
