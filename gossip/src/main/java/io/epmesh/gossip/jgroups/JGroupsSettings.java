package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// What a peer needs to know to join its mesh.
///
/// @param meshName 1 to 64 printable ASCII characters; peers of another name never mix
/// @param self this peer
/// @param incarnation rises at each start of this peer; of two members that claim one peer, the
///   higher is the peer and the lower its ghost
/// @param place where this peer is
/// @param seeds where others are
/// @param keyFile the mesh's shared identity ([MeshKey]), read again while it is used; without it
///   nothing is encrypted, and anybody who reaches the port can be a peer
public record JGroupsSettings(
        String meshName,
        PeerId self,
        long incarnation,
        Place place,
        Seeds seeds,
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
    }

    /// Where a peer listens, and where others dial it.
    ///
    /// @param address to listen on and connect from, IPv4 or IPv6, not the wildcard address
    /// @param port 0..65535; 0 takes a free port, see [JGroupsNetwork#localAddress()]
    /// @param advertised what others dial where that is not what is bound, as behind address
    ///   translation; port 0 stands for the port that is bound
    public record Place(InetAddress address, int port, Optional<InetSocketAddress> advertised) {
        /// Checks the values.
        ///
        /// @throws IllegalArgumentException naming the value and what is expected
        public Place {
            if (address.isAnyLocalAddress()
                    || advertised.filter(it -> it.getAddress().isAnyLocalAddress()).isPresent()) {
                throw new IllegalArgumentException(
                        "place: %s, advertised %s (expected: addresses that other peers can dial)"
                                .formatted(address.getHostAddress(), advertised));
            }
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port: %d (expected: 0..65535)".formatted(port));
            }
        }

        /// {@return what others dial}
        ///
        /// @param bound where this peer listens
        InetSocketAddress listens(InetSocketAddress bound) {
            return advertised
                    .map(it ->
                            it.getPort() == 0
                                    ? new InetSocketAddress(it.getAddress(), bound.getPort())
                                    : it)
                    .orElse(bound);
        }
    }

    /// Where others may be found; more are learnt from those that answer.
    ///
    /// @param configured resolved, may be empty or name this peer. Asked before each attempt to
    ///   join and every few seconds from then on; must not block for longer than a join may wait
    /// @param beaconPort UDP port of beacons on this network ([Beacons]); empty: none are sent or
    ///   heard
    /// @param remembered a file where the places of met peers are kept for the next start, as far
    ///   as it can be written; empty: nowhere
    public record Seeds(
            Supplier<List<InetSocketAddress>> configured,
            OptionalInt beaconPort,
            Optional<Path> remembered) {}
}
