package io.epmesh.node.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The host part of nodes that are found on any host, and the loopback addresses which tell that a
/// node of it is meant. Immutable.
///
/// @param names the short one, then the dotted one, as far as they are given; never empty
/// @param addresses of each name, as the hosts file has them; never empty
public record MeshHost(List<String> names, Map<String, List<InetAddress>> addresses) {
    /// Copies the collections.
    public MeshHost {
        names = List.copyOf(names);
        addresses = Map.copyOf(addresses);
    }

    /// {@return the names of each address, in the order of [#names]}
    public Map<InetAddress, List<String>> namesByAddress() {
        Map<InetAddress, List<String>> byAddress = new LinkedHashMap<>();
        for (String name : names) {
            for (InetAddress address : addresses.getOrDefault(name, List.of())) {
                byAddress.computeIfAbsent(address, _ -> new ArrayList<>()).add(name);
            }
        }
        return byAddress;
    }
}
