/// Says what is wrong with this host's peer, or with the way to a node, and what to do about it.
@NullMarked
package io.epmesh.node.doctor;

import org.jspecify.annotations.NullMarked;
