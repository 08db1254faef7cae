/// The peer's own threads that work on one task after the other.
@NullMarked
package io.epmesh.node.tasks;

import org.jspecify.annotations.NullMarked;
