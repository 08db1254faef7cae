/// The mesh session: what commands and Erlang clients speak with a peer on its EPMD port. The bytes
/// are those of `docs/mesh-protocol.md`.
@NullMarked
package io.epmesh.node.session;

import org.jspecify.annotations.NullMarked;
