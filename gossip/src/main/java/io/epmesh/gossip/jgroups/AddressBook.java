package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jgroups.Address;

/// Where each peer was last seen, in a view or as a sender, so that peers outside the view can be
/// sent to as well. Of two incarnations the newer stays: a peer that restarted stands beside its
/// own ghost for a while. Each entry changes atomically; any thread may call.
final class AddressBook {
    /// Enough for every peer of a mesh, and a bound for what strangers can make us remember.
    static final int MAX_PEERS = 4_096;

    private record Seen(long incarnation, Address address) {
        Seen newer(Seen later) {
            return later.incarnation >= incarnation ? later : this;
        }
    }

    private final ConcurrentMap<PeerId, Seen> seen = new ConcurrentHashMap<>();

    /// Notes the sender of a message. In a full book new peers are not noted.
    void learn(Address address) {
        PeerAddress.of(address)
                .ifPresent(it -> {
                    if (seen.size() < MAX_PEERS || seen.containsKey(it.peer())) {
                        seen.merge(it.peer(), new Seen(it.incarnation(), address), Seen::newer);
                    }
                });
    }

    /// Notes the members of a view, and returns the peers that they are.
    Set<PeerId> learnAll(Collection<Address> members) {
        members.forEach(this::learn);
        return members.stream()
                .flatMap(member -> PeerAddress.of(member).stream())
                .map(PeerAddress::peer)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Where a peer was last seen; empty if never.
    Optional<Address> find(PeerId peer) {
        return Optional.ofNullable(seen.get(peer)).map(Seen::address);
    }

    /// Whose newest incarnation listens at a place; a ghost there does not count. Several, where a
    /// port changed hands.
    List<PeerId> at(InetSocketAddress listens) {
        return seen.values().stream()
                .flatMap(it -> PeerAddress.of(it.address()).stream())
                .filter(it -> it.listens().equals(listens))
                .map(PeerAddress::peer)
                .toList();
    }
}
