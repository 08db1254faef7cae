package io.epmesh.gossip.jgroups;

import java.util.Collection;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.stack.Protocol;
import org.jspecify.annotations.Nullable;

/// Tells of each suspicion on its way up, of the transport and of the failure detector alike. It
/// stands below `VERIFY_SUSPECT2`, which would hold them back for once or twice its time-out.
final class SuspicionTap extends Protocol {
    private final Consumer<Address> suspected;

    SuspicionTap(Consumer<Address> suspected) {
        this.suspected = suspected;
    }

    @Override
    public @Nullable Object up(Event event) {
        if (event.getType() == Event.SUSPECT) {
            Collection<Address> suspects = event.getArg();
            suspects.forEach(suspected);
        }
        return up_prot.up(event);
    }
}
