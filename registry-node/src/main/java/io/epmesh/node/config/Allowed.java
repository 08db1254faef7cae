package io.epmesh.node.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which sources beside this host may do something.
///
/// @param any whether all may
/// @param peers whether the hosts of the mesh's peers may
/// @param subnets who else may
public record Allowed(boolean any, boolean peers, List<Subnet> subnets) {
    /// This host alone.
    public static final Allowed LOCAL = new Allowed(false, false, List.of());

    /// Everybody.
    public static final Allowed ANY = new Allowed(true, false, List.of());

    /// Copies the list.
    public Allowed {
        subnets = List.copyOf(subnets);
    }

    /// Whether an address is allowed, be it a peer's or not.
    ///
    /// @param address any
    /// @return whether it is
    public boolean contains(InetAddress address) {
        return any || subnets.stream().anyMatch(subnet -> subnet.contains(address));
    }

    /// Reads the words of a list; `local` says nothing, as this host may always.
    ///
    /// @param mayBePeers whether `peers` is one of the words
    static Optional<Allowed> of(List<String> words, boolean mayBePeers) {
        boolean peers = false;
        List<Subnet> subnets = new ArrayList<>();
        for (String word : words) {
            if (mayBePeers && word.equals("peers")) {
                peers = true;
            } else if (!word.equals("local")) {
                Optional<Subnet> subnet = Subnet.parse(word);
                if (subnet.isEmpty()) {
                    return Optional.empty();
                }
                subnets.add(subnet.get());
            }
        }
        return Optional.of(new Allowed(false, peers, subnets));
    }
}
