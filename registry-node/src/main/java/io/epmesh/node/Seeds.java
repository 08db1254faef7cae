package io.epmesh.node;

import io.epmesh.node.config.JoinTarget;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// Where to look for the mesh: the addresses behind `join`.
final class Seeds {
    private static final Logger LOG = System.getLogger(Seeds.class.getName());

    private Seeds() {}

    /// The addresses that resolve now. May take seconds where DNS does not answer.
    static List<InetSocketAddress> resolve(List<JoinTarget> targets) {
        List<InetSocketAddress> seeds = new ArrayList<>();
        for (JoinTarget target : targets) {
            String host =
                    switch (target) {
                        case JoinTarget.Peer peer -> peer.host();
                        case JoinTarget.DnsName dns -> dns.name();
                    };
            try {
                for (InetAddress address : InetAddress.getAllByName(host)) {
                    seeds.add(new InetSocketAddress(address, target.port()));
                }
            } catch (UnknownHostException e) {
                LOG.log(Level.WARNING, "join: host {0} does not resolve here, for now", host);
            }
        }
        return seeds;
    }
}
