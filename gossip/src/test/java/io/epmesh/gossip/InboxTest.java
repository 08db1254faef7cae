package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final byte[] MEBIBYTE = new byte[1 << 20];
    private static final int FIT = (int) (Inbox.BYTES / MEBIBYTE.length);

    private final Inbox inbox = new Inbox();

    /// The queue was bounded by the number of messages alone, and so many parts of 32 KiB are twice
    /// the memory of a peer.
    @Test
    void messages_beyondTheBytesThatMayWait_areDropped() throws InterruptedException {
        for (int i = 0; i < FIT; i++) {
            inbox.arrived(MEBIBYTE);
        }
        assertThat(inbox.droppedCount()).isZero();
        inbox.arrived(MEBIBYTE);
        assertThat(inbox.droppedCount()).isEqualTo(1);
        assertThat(inbox.size()).isEqualTo(FIT);

        inbox.take(
                new Replica(new PeerId(1, 1), 1, Mappings.EMPTY, new SplittableRandom(1), 0),
                0,
                new Pulse());
        assertThat(inbox.size()).isZero();
        for (int i = 0; i < FIT; i++) {
            inbox.arrived(MEBIBYTE);
        }
        assertThat(inbox.droppedCount()).isEqualTo(1);
    }
}
