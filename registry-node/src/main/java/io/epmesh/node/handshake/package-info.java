/// Asks an Erlang node who it is, over its own distribution port and without its cookie.
@NullMarked
package io.epmesh.node.handshake;

import org.jspecify.annotations.NullMarked;
