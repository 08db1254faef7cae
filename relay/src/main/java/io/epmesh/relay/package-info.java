/// Joins connections to cables that can be cut, fixed and slowed (`docs/relay.md`).
@NullMarked
package io.epmesh.relay;

import org.jspecify.annotations.NullMarked;
