/// What must hold of a history: pure functions from operations to a verdict.
@NullMarked
package io.epmesh.chaos.check;

import org.jspecify.annotations.NullMarked;
