package io.epmesh.gossip.jgroups;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.Message.Flag;
import org.jgroups.Message.TransientFlag;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCPPING;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;
import org.jspecify.annotations.Nullable;

/// Finds members by asking the [Candidates], in the format of `TCPPING`. Called by JGroups'
/// threads.
final class SeedDiscovery extends Discovery {
    /// Members of the own view are asked in each round of so many only: what they would tell, a
    /// view that is not the same, mostly shows in that somebody is missing.
    private static final int OWN_VIEW_EACH = 4;

    /// How often seeds are asked during the time-out of a join: one may start a moment later.
    private static final int RUNS = 4;

    private final Candidates candidates;
    private final Consumer<Address> heard;
    private final AtomicInteger rounds = new AtomicInteger();

    /// @param candidates whom to ask
    /// @param heard told who asks or answers. A peer that was started while a link was broken may
    ///   be an island for as long as JGroups fails to merge it, but it asks everybody all the
    ///   while: so it can be sent to, and the mesh needs no common view
    SeedDiscovery(Candidates candidates, Consumer<Address> heard) {
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        this.candidates = candidates;
        this.heard = heard;
        this.num_discovery_runs = RUNS;
        asyncDiscovery(true);
    }

    /// No cache of addresses is sent to who joins: addresses say where they are.
    @Override
    public boolean isDynamic() {
        return true;
    }

    /// Asks whom it knows; with nobody to ask a peer is alone at once.
    @Override
    public void findMembers(
            @Nullable List<Address> members, boolean initialDiscovery, Responses responses) {
        IpAddress own = (IpAddress) down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
        // Who joins asks everyone: somebody may have started since he was silent.
        List<IpAddress> due =
                (initialDiscovery ? candidates.all() : candidates.due())
                        .stream()
                                .map(it -> new IpAddress(it.getAddress(), it.getPort()))
                                .filter(it -> !it.equals(own))
                                .toList();
        if (initialDiscovery && due.isEmpty()) {
            responses.done();
            return;
        }
        PingData data = new PingData(local_addr, false, NameCache.get(local_addr), own);
        if (members != null && members.size() <= max_members_in_discovery_request) {
            data.mbrs(members);
        }
        PingHeader header =
                new PingHeader(PingHeader.GET_MBRS_REQ)
                        .clusterName(cluster_name)
                        .initialDiscovery(initialDiscovery);
        boolean all = rounds.getAndIncrement() % OWN_VIEW_EACH == 0;
        Set<IpAddress> spared = all ? Set.of() : ownView();
        for (IpAddress each : due) {
            if (!spared.contains(each)) {
                down_prot.down(
                        new BytesMessage(each)
                                .setFlag(Flag.OOB, Flag.DONT_BUNDLE)
                                .setFlag(TransientFlag.DONT_LOOPBACK)
                                .putHeader(id, header)
                                .setArray(marshal(data)));
            }
        }
    }

    private Set<IpAddress> ownView() {
        View current = view;
        return current == null
                ? Set.of()
                : places(current)
                        .map(it -> new IpAddress(it.getAddress(), it.getPort()))
                        .collect(Collectors.toSet());
    }

    private static Stream<InetSocketAddress> places(View view) {
        return view.getMembers().stream()
                .flatMap(member -> PeerAddress.of(member).stream())
                .map(PeerAddress::listens);
    }

    /// Remembers where the members of a view are, this peer itself apart.
    @Override
    public @Nullable Object down(Event event) {
        if (event.getType() == Event.VIEW_CHANGE) {
            IpAddress own =
                    (IpAddress) down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
            View installed = event.getArg();
            candidates.met(
                    places(installed)
                            .filter(it -> !new IpAddress(it.getAddress(), it.getPort()).equals(own))
                            .toList());
        }
        return super.down(event);
    }

    /// Answers a request, and passes it on to the coordinator: only that one lets a newcomer in or
    /// merges with another island, and the newcomer may know no seed but this peer. A seed that
    /// leads back to this very peer says nothing.
    @Override
    protected @Nullable Object handle(PingHeader header, Message message) {
        if (message.getSrc().equals(local_addr)) {
            return null;
        }
        heard.accept(message.getSrc());
        PeerAddress.of(message.getSrc()).map(PeerAddress::listens).ifPresent(this::lives);
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

    /// Who says something can be answered, whatever failed a moment ago.
    private void lives(InetSocketAddress address) {
        candidates.answered(address);
        if (down_prot instanceof NettyTransport transport) {
            transport.lives(address);
        }
    }

    /// A request is made to a place; one that was passed on already, to a member.
    private static boolean isFirstHand(Message request) {
        return request.getDest() instanceof PhysicalAddress;
    }
}
