package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.protocols.PingHeader;
import org.junit.jupiter.api.Test;

class SeedDiscoveryTest {
    private final List<Address> heard = new ArrayList<>();

    /// A peer that JGroups did not merge was deaf and mute for minutes, though it asked everybody.
    @Test
    void whoAsksOrAnswers_isHeard_memberOrNot() {
        SeedDiscovery discovery = new SeedDiscovery(new Candidates(System::nanoTime), heard::add);
        Address outsider =
                new PeerAddress(
                                new PeerId(1, 2),
                                3,
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 4))
                        .generate();

        var _ =
                discovery.handle(
                        new PingHeader(PingHeader.GET_MBRS_RSP),
                        new BytesMessage().setSrc(outsider));

        assertThat(heard).containsExactly(outsider);
    }
}
