package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What a peer needs to know to join its mesh.
///
/// @param meshName 1 to 64 printable ASCII characters; peers of another name never mix
/// @param self this peer
/// @param incarnation rises at each start of this peer; of two members that claim one peer, the
///   higher is the peer and the lower its ghost
/// @param bindAddress where to listen and connect from, IPv4 or IPv6; also what other peers dial,
///   so not the wildcard address
/// @param bindPort 0..65535; 0 takes a free port, see [JGroupsNetwork#localAddress()]
/// @param seeds where other peers may be found, resolved, may be empty or name this peer; more are
///   learnt from those that answer. Asked before each attempt to join and every half minute from
///   then on, on a thread that may block: what did not resolve may do so later
/// @param keyFile the mesh's shared identity ([MeshKey]), read again while it is used; without it
///   nothing is encrypted, and anybody who reaches the port can be a peer
public record JGroupsSettings(
        String meshName,
        PeerId self,
        long incarnation,
        InetAddress bindAddress,
        int bindPort,
        Supplier<List<InetSocketAddress>> seeds,
        Optional<Path> keyFile) {
    private static final int MAX_NAME_LENGTH = 64;

    /// Checks the values.
    ///
    /// @throws IllegalArgumentException with a sentence that names the value and what is expected
    public JGroupsSettings {
        if (meshName.isEmpty()
                || meshName.length() > MAX_NAME_LENGTH
                || !meshName.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "meshName: %s (expected: 1..%d printable ASCII characters)"
                            .formatted(meshName, MAX_NAME_LENGTH));
        }
        if (bindAddress.isAnyLocalAddress()) {
            throw new IllegalArgumentException(
                    "bindAddress: %s (expected: an address that other peers can dial)"
                            .formatted(bindAddress.getHostAddress()));
        }
        if (bindPort < 0 || bindPort > 65535) {
            throw new IllegalArgumentException(
                    "bindPort: %d (expected: 0..65535)".formatted(bindPort));
        }
    }
}
