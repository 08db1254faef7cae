package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jgroups.Address;
import org.junit.jupiter.api.Test;

class AddressBookTest {
    private final AddressBook book = new AddressBook();

    @Test
    void learn_ghostAfterNewer_keepsTheNewer() {
        Address ghost = address(1, 1);
        Address risen = address(1, 2);
        book.learn(risen);
        book.learn(ghost);
        assertThat(book.find(new PeerId(0, 1))).contains(risen);
    }

    @Test
    void at_aPlace_isWhoseNewestIncarnationListensThere() {
        book.learn(address(1, 1, 4370));
        book.learn(address(2, 1, 4371));
        assertThat(book.at(place(4370))).containsExactly(new PeerId(0, 1));
        book.learn(address(1, 2, 4372));
        assertThat(book.at(place(4370))).as("a ghost").isEmpty();
        assertThat(book.at(place(4372))).containsExactly(new PeerId(0, 1));
    }

    @Test
    void learnAll_peerBesideItsGhost_isOnePeer() {
        assertThat(book.learnAll(List.of(address(1, 1), address(2, 1), address(1, 2))))
                .containsExactlyInAnyOrder(new PeerId(0, 1), new PeerId(0, 2));
    }

    @Test
    void learn_full_keepsKnownPeersUpToDate() {
        for (int i = 0; i < AddressBook.MAX_PEERS; i++) {
            book.learn(address(i, 1));
        }
        Address stranger = address(AddressBook.MAX_PEERS, 1);
        Address risen = address(0, 2);
        book.learn(stranger);
        book.learn(risen);
        assertThat(book.find(new PeerId(0, AddressBook.MAX_PEERS))).isEmpty();
        assertThat(book.find(new PeerId(0, 0))).contains(risen);
    }

    private static Address address(long peer, long incarnation) {
        return address(peer, incarnation, 4370);
    }

    private static Address address(long peer, long incarnation, int port) {
        return new PeerAddress(new PeerId(0, peer), incarnation, place(port)).generate();
    }

    private static InetSocketAddress place(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
