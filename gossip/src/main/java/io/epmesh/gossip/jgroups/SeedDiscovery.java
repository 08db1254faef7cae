package io.epmesh.gossip.jgroups;

import java.net.InetSocketAddress;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCPPING;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Responses;
import org.jspecify.annotations.Nullable;

/// Finds members by asking the seeds, and whom these name. Unlike its parent it may have no seed,
/// and lets the transport listen on any port.
final class SeedDiscovery extends TCPPING {
    SeedDiscovery(List<InetSocketAddress> seeds) {
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        ask(seeds);
        initial_hosts_set_programmatically = true;
        setPortRange(0);
        asyncDiscovery(true);
        asyncDiscoveryUseSeparateThread(true);
    }

    /// Replaces the seeds, from the next round of questions on.
    void ask(List<InetSocketAddress> seeds) {
        initial_hosts =
                List.copyOf(
                        seeds.stream()
                                .map(seed -> new IpAddress(seed.getAddress(), seed.getPort()))
                                .toList());
    }

    /// Asks whom it knows; with nobody to ask a peer is alone at once.
    @Override
    public void findMembers(
            @Nullable List<Address> members, boolean initialDiscovery, Responses responses) {
        Object own = down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
        if (initialDiscovery
                && dynamic_hosts.isEmpty()
                && initial_hosts.stream().allMatch(seed -> seed.equals(own))) {
            responses.done();
        } else {
            super.findMembers(members, initialDiscovery, responses);
        }
    }

    /// Answers a request, and passes it on to the coordinator: only that one lets a newcomer in or
    /// merges with another island, and the newcomer may know no seed but this peer.
    @Override
    protected @Nullable Object handle(PingHeader header, Message message) {
        if (header.type() == PingHeader.GET_MBRS_REQ && isFirstHand(message)) {
            Address coordinator = current_coord;
            View current = view;
            if (current != null
                    && coordinator != null
                    && !is_coord
                    && !current.containsMember(message.getSrc())) {
                down_prot.down(message.copy(true, true).setDest(coordinator));
            }
        }
        return super.handle(header, message);
    }

    /// A request is made to a place; one that was passed on already, to a member.
    private static boolean isFirstHand(Message request) {
        return request.getDest() instanceof PhysicalAddress;
    }
}
