package io.epmesh.node.naming;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One peer as this peer knows it.
///
/// @param id 32 lower-case hexadecimal digits
/// @param hosts host parts of its nodes, canonical one first; empty until it has described itself
/// @param state whether it is alive
/// @param advertise addresses where its nodes are dialled, one per family
/// @param epmdPort its EPMD port, 0..65535, 0 until it has described itself
/// @param gossipAddress its gossip `address:port`; empty until it has described itself
/// @param version its software version; empty until it has described itself
/// @param incarnation how often it was started, rising
/// @param names number of its registrations
/// @param lastHeard time since its last beat, zero for itself; empty: not heard in this run
/// @param self whether it is the peer that answers
public record PeerEntry(
        String id,
        List<String> hosts,
        State state,
        List<String> advertise,
        int epmdPort,
        String gossipAddress,
        String version,
        long incarnation,
        int names,
        Optional<Duration> lastHeard,
        boolean self) {

    /// Checks id and ranges, copies the lists.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public PeerEntry {
        if (id.length() != 32 || !id.chars().allMatch(PeerEntry::isHexDigit)) {
            throw new IllegalArgumentException(
                    "peer id: '%s' (expected: 32 lower-case hexadecimal digits)".formatted(id));
        }
        Ranges.check("epmdPort", epmdPort, 0, 0xffff);
        Ranges.check("names", names, 0, Integer.MAX_VALUE);
        hosts = List.copyOf(hosts);
        advertise = List.copyOf(advertise);
    }

    private static boolean isHexDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    /// Whether a peer is alive.
    public enum State {
        /// Its beats arrive, directly or relayed.
        UP,
        /// Its beats ended: crash, stop or partition, which look alike.
        ORPHANED,
        /// It said goodbye, or was forgotten.
        LEFT,
        /// It tells more than one peer may: nothing of it is taken in until it tells less.
        QUARANTINED
    }
}
