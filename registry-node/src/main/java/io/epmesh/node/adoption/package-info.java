/// Restart without loss: what is remembered of this host's registrations, and which of them a peer
/// may go on with after its restart or in place of another epmd. A registration is adopted only
/// with proof that the same node is still there; `docs/decisions/0003-restart-without-loss.md`.
@NullMarked
package io.epmesh.node.adoption;

import org.jspecify.annotations.NullMarked;
