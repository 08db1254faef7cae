/// The journal: records that survive kill -9 and power loss. Knows no gossip.
@NullMarked
package io.epmesh.gossip.journal;

import org.jspecify.annotations.NullMarked;
