/// The command line: starts a peer, or asks a running one over the mesh session.
@NullMarked
package io.epmesh.node.cli;

import org.jspecify.annotations.NullMarked;
