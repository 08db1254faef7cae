/// Replication of opaque, typed values between peers.
@NullMarked
package io.epmesh.gossip;

import org.jspecify.annotations.NullMarked;
