/// Ways between nodes that lead through the relays of the mesh: which look-ups get them, where they
/// lead, and what is known of the cables that came of them.
@NullMarked
package io.epmesh.node.cables;

import org.jspecify.annotations.NullMarked;
