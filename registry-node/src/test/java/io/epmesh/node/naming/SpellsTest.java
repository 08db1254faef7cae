package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpellsTest {
    private static final long SECOND = 1_000_000_000L;

    private Spells spells = Spells.NONE;

    @Test
    void looks_thatFindAgreement_areNoSpell() {
        look(true, 1);
        look(true, 2);
        assertThat(spells.summary()).isEqualTo(Spells.Summary.NONE);
    }

    @Test
    void spell_lastsFromTheFirstDifferenceToTheFirstAgreement() {
        look(true, 1);
        look(false, 2);
        look(false, 3);
        assertThat(spells.summary().differing()).contains(Duration.ofSeconds(1));
        look(true, 4);
        assertThat(spells.summary().differing()).isEmpty();
        assertThat(spells.summary().last()).contains(Duration.ofSeconds(2));
    }

    @Test
    void spell_whoseEndNobodySaw_doesNotCount() {
        look(false, 1);
        look(true, 60);
        assertThat(spells.summary()).isEqualTo(Spells.Summary.NONE);
    }

    @Test
    void p99_isOfTheNewestHundred() {
        long now = 0;
        for (int i = 1; i <= 150; i++) {
            spells = spells.looked(false, now);
            now += i == 150 || i <= 50 ? SECOND : SECOND / 10;
            spells = spells.looked(true, now);
        }
        assertThat(spells.summary().count()).isEqualTo(100);
        assertThat(spells.summary().last()).contains(Duration.ofSeconds(1));
        assertThat(spells.summary().p99()).contains(Duration.ofMillis(100));
    }

    private void look(boolean agree, long seconds) {
        spells = spells.looked(agree, seconds * SECOND);
    }
}
