package io.epmesh.node;

import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.naming.NameTable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Logs which other peers come and go: a line when one is heard of, when it is not any more, and
/// when it has left. The gossip thread.
final class PeerLog {
    private static final Logger LOG = System.getLogger(PeerLog.class.getName());

    private PeerLog() {}

    /// Logs how two tables, of which one was published after the other, differ.
    ///
    /// @param changed owners that may look different
    static void log(NameTable before, NameTable after, Collection<PeerId> changed) {
        for (PeerId id : changed) {
            OwnerView then = before.snapshot().owners().get(id);
            OwnerView now = after.snapshot().owners().get(id);
            if (now == null || id.equals(after.snapshot().self())) {
                continue;
            }
            String text = text(then == null ? null : then.phase(), now.phase());
            if (!text.isEmpty()) {
                LOG.log(Level.INFO, "peer {0} ({1}) {2}", host(before, after, id), id, text);
            }
        }
    }

    private static String text(@Nullable Phase then, Phase now) {
        if (then == now) {
            return "";
        }
        return switch (now) {
            case LIVING -> "is up";
            // One that is only told of by others was never heard by this peer.
            case ORPHANED -> then == Phase.LIVING ? "is orphaned: nothing is heard of it" : "";
            case LEFT -> then == null ? "" : "has left";
        };
    }

    private static String host(NameTable before, NameTable after, PeerId id) {
        return after.description(id)
                .or(() -> before.description(id))
                .map(description -> description.hosts().getFirst())
                .orElse("?");
    }
}
