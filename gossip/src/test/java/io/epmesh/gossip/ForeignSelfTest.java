package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.Witness;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What tells a peer that it is not the only one to use its id.
class ForeignSelfTest {
    private static final PeerId SELF = new PeerId(1, 1);
    private static final PeerId OTHER = new PeerId(2, 2);
    private static final Beat OWN = new Beat(5, 1);

    private final Replica replica =
            new Replica(SELF, 5, Mappings.EMPTY, new SplittableRandom(1), 0);

    @Test
    void echo_ofItsOwn_isNobodyElse() {
        receive(new Header(SELF, OWN, 1), new Alive());
        told(new Stamp(5, 1), OWN, 1);
        told(new Stamp(4, 900), new Beat(4, 900), 900);
        assertThat(replica.ready().foreignSelf()).isFalse();
    }

    @Test
    void message_ofALaterVersion_isAnothers() {
        receive(new Header(SELF, OWN, 2), new Alive());
        assertThat(replica.ready().foreignSelf()).isTrue();
    }

    @Test
    void message_ofALaterIncarnation_isAnothers() {
        receive(new Header(SELF, new Beat(6, 1), 1), new Alive());
        assertThat(replica.ready().foreignSelf()).isTrue();
    }

    /// Both were started with the same incarnation, and hold the same version of their entries.
    @Test
    void message_ofABeatThatItNeverGave_isAnothers() {
        receive(new Header(SELF, new Beat(5, 2), 1), new Alive());
        assertThat(replica.ready().foreignSelf()).isTrue();
    }

    @Test
    void line_ofALaterStamp_isAnothers() {
        told(new Stamp(5, 2), OWN, 1);
        assertThat(replica.ready().foreignSelf()).isTrue();
    }

    @Test
    void line_ofALaterAnnouncement_isAnothers() {
        told(new Stamp(5, 1), OWN, 2);
        assertThat(replica.ready().foreignSelf()).isTrue();
    }

    @Test
    void line_thatItHasLeft_isAnothers() {
        told(new Stamp(5, Stamp.LEFT), OWN, 1);
        assertThat(replica.ready().foreignSelf()).isTrue();
    }

    private void told(Stamp stamp, Beat beat, long version) {
        OwnerLine line = new OwnerLine(SELF, stamp, false, beat, version, 0, Verdict.NONE);
        receive(new Header(OTHER, new Beat(1, 1), 1), new Witness(List.of(line)));
    }

    private void receive(Header header, Message message) {
        replica.received(MessageCodec.encode(header, message), 0);
    }
}
