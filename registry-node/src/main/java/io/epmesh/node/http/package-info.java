/// The HTTP interface of a peer: the mesh as JSON, and whether the peer lives and is ready.
@NullMarked
package io.epmesh.node.http;

import org.jspecify.annotations.NullMarked;
