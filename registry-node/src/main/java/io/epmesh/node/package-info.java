/// The peer: joins the replicated registry with the EPMD server, wired by hand.
@NullMarked
package io.epmesh.node;

import org.jspecify.annotations.NullMarked;
