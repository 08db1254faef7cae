package io.epmesh.gossip.jgroups;

import java.util.List;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NAKACK4;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;

/// The protocols of a member, and why each time is what it is.
///
/// Only membership is asked of them: our own messages pass the reliable protocols by, which `GMS`
/// needs for its views, and so these keep small windows.
final class MemberStack {
    /// What a lone peer waits for an answer of its seeds, in the background. Peers that start at
    /// once form one view rather than several to be merged from about 300 ms on.
    private static final long JOIN_MILLIS = 500;

    /// A view is delayed by this when a member dies while it is installed.
    private static final long VIEW_ACK_MILLIS = 300;

    /// Silence after which a member is suspected; longer than any pause of a healthy process.
    private static final long SILENCE_MILLIS = 3_000;

    /// Sent only where nothing else was; our own beats mostly are.
    private static final long HEARTBEAT_MILLIS = 1_000;

    /// Eviction takes once to twice this after a suspicion.
    private static final long VERIFY_MILLIS = 200;

    /// After a partition islands find each other within about 1.6 times the maximum. Each costs a
    /// message to every known peer.
    private static final long MERGE_MIN_MILLIS = 500;

    private static final long MERGE_MAX_MILLIS = 1_000;

    /// Leaves time to close within the 2 s of [JGroupsNetwork#close()].
    private static final long LEAVE_MILLIS = 1_000;

    /// How often lost views are asked for: over TCP only those at the end of a connection get lost.
    private static final long RETRANSMIT_MILLIS = 1_000;

    private static final int WINDOW = 1_024;
    private static final int UNICAST_WINDOW = 256;

    private MemberStack() {}

    /// Returns the protocols of one attempt to join, from the bottom up.
    static List<Protocol> create(TP transport, SeedDiscovery discovery) {
        return List.of(
                transport,
                discovery,
                new MERGE3().setMinInterval(MERGE_MIN_MILLIS).setMaxInterval(MERGE_MAX_MILLIS),
                new FD_ALL3().setTimeout(SILENCE_MILLIS).setInterval(HEARTBEAT_MILLIS),
                new VERIFY_SUSPECT2().setTimeout(VERIFY_MILLIS),
                new NAKACK4()
                        .capacity(WINDOW)
                        .useMcastXmit(false)
                        .setXmitInterval(RETRANSMIT_MILLIS),
                new UNICAST4().capacity(UNICAST_WINDOW).setXmitInterval(RETRANSMIT_MILLIS),
                new GMS()
                        .setJoinTimeout(JOIN_MILLIS)
                        .setLeaveTimeout(LEAVE_MILLIS)
                        .setViewAckCollectionTimeout(VIEW_ACK_MILLIS)
                        .setMaxJoinAttempts(3)
                        .logViewWarnings(false)
                        .logCollectMessages(false)
                        .printLocalAddress(false));
    }
}
