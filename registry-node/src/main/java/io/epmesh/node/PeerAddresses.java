package io.epmesh.node;

import io.epmesh.gossip.PeerId;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.PeerDescription;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// The addresses of the hosts that have a peer: what those advertise, gossip on, and name among
/// their host names. Peers that are silent count until they are dropped, for their nodes may go on;
/// those that left do not. Any thread.
final class PeerAddresses {
    private final Supplier<NameTable> table;
    private volatile Known known = new Known(HashTreePMap.empty(), Set.of());

    /// @param from what it was made of: the same map, so that nothing is made anew for a table in
    ///   which only nodes have changed
    private record Known(PMap<PeerId, PeerDescription> from, Set<InetAddress> addresses) {}

    PeerAddresses(Supplier<NameTable> table) {
        this.table = table;
    }

    boolean contains(InetAddress address) {
        return now().contains(address);
    }

    @SuppressWarnings("ReferenceEquality") // it is quick, and an equal map costs one look more
    private Set<InetAddress> now() {
        PMap<PeerId, PeerDescription> descriptions = table.get().descriptions();
        if (known.from() != descriptions) {
            known =
                    new Known(
                            descriptions,
                            descriptions.values().stream()
                                    .flatMap(PeerAddresses::of)
                                    .collect(Collectors.toUnmodifiableSet()));
        }
        return known.addresses();
    }

    private static Stream<InetAddress> of(PeerDescription peer) {
        return Stream.of(
                        peer.advertise().stream(),
                        peer.hosts().stream(),
                        Stream.of(peer.gossipHost()))
                .flatMap(texts -> texts)
                .flatMap(text -> literal(text).stream());
    }

    private static Optional<InetAddress> literal(String text) {
        boolean mayBe = text.indexOf(':') >= 0 || text.matches("[0-9]+(\\.[0-9]+){3}");
        try {
            return mayBe ? Optional.of(InetAddress.ofLiteral(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // a name, not an address
        }
    }
}
