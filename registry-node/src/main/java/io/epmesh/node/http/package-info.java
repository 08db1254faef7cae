/// The HTTP interface of a peer: the mesh as JSON and as a page, what happens in it, and how the
/// peer is.
@NullMarked
package io.epmesh.node.http;

import org.jspecify.annotations.NullMarked;
