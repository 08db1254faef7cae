/// Carries gossip over JGroups: membership hints and best-effort messages.
@NullMarked
package io.epmesh.gossip.jgroups;

import org.jspecify.annotations.NullMarked;
