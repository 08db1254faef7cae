package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.protocols.TP;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ExtendedUUID;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NettyTransportTest {
    private static final PeerId PEER = new PeerId(-1, 7);

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1"})
    void address_generated_saysWhoAndWhere(String literal) throws Exception {
        PeerAddress peer =
                new PeerAddress(
                        PEER, 9, new InetSocketAddress(InetAddress.getByName(literal), 65_535));
        Address address = peer.generate();
        assertThat(PeerAddress.of(address)).contains(peer);
        assertThat(PeerAddress.print((ExtendedUUID) address))
                .endsWith("/9@" + peer.listens().getAddress().getHostAddress() + ":65535");
        assertThat(peer.generate()).isNotEqualTo(address);
    }

    @Test
    void address_notOurs_isNoPeer() throws Exception {
        assertThat(PeerAddress.of(UUID.randomUUID())).isEmpty();
        assertThat(PeerAddress.of(new IpAddress("127.0.0.1", 1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(shorts = {Message.BYTES_MSG, Message.EMPTY_MSG, Message.OBJ_MSG})
    void frame_ofOurStack_isExpected(short type) {
        assertThat(NettyTransport.isExpected(frame(0, type))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(shorts = {Message.COMPOSITE_MSG, Message.FRAG_MSG, Message.NIO_MSG, 32, -1})
    void frame_ofAnotherKind_isRefused(short type) {
        assertThat(NettyTransport.isExpected(frame(0, type))).isFalse();
    }

    @Test
    void frame_ofManyMessages_isRefused() {
        assertThat(NettyTransport.isExpected(frame(TP.LIST, Message.BYTES_MSG))).isFalse();
    }

    @Test
    void frame_tooShort_isRefused() {
        assertThat(NettyTransport.isExpected(new byte[4])).isFalse();
    }

    private static byte[] frame(int flags, short type) {
        return new byte[] {0, 0, (byte) flags, (byte) (type >> 8), (byte) type};
    }
}
