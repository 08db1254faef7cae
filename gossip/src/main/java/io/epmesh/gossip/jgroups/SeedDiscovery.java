package io.epmesh.gossip.jgroups;

import java.net.InetSocketAddress;
import java.util.List;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCPPING;
import org.jgroups.stack.IpAddress;

/// Finds members by asking the seeds, and whom these name. Unlike its parent it may have no seed,
/// and lets the transport listen on any port.
final class SeedDiscovery extends TCPPING {
    SeedDiscovery(List<InetSocketAddress> seeds) {
        setId(ClassConfigurator.getProtocolId(TCPPING.class));
        initial_hosts =
                List.copyOf(
                        seeds.stream()
                                .map(seed -> new IpAddress(seed.getAddress(), seed.getPort()))
                                .toList());
        initial_hosts_set_programmatically = true;
        setPortRange(0);
        asyncDiscovery(true);
        asyncDiscoveryUseSeparateThread(true);
    }
}
