package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerIdTest {
    @Test
    void compareTo_highBitSet_comparesUnsigned() {
        assertThat(new PeerId(-1, 0)).isGreaterThan(new PeerId(1, 0));
    }
}
