package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.Event.Draft;
import io.epmesh.node.naming.Event.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventHistoryTest {
    private static final Draft DRAFT = Samples.REGISTERED;

    private EventHistory history = EventHistory.begin(0xcafe);

    @Test
    void after_known_isWhatCameBehindIt() {
        next(DRAFT, Draft.of(Kind.LOST));
        next(Draft.of(Kind.CONFLICT));
        assertThat(after("0000cafe-1")).containsExactly("lost", "conflict");
        assertThat(after("0000cafe-3")).isEmpty();
        assertThat(history.last()).hasToString("0000cafe-3");
    }

    @Test
    void after_unknown_isAll() {
        next(DRAFT, Draft.of(Kind.LOST));
        assertThat(after("0000beef-1")).as("of another run").hasSize(2);
        assertThat(after("0000cafe-9")).as("not given out yet").hasSize(2);
        assertThat(history.after(Optional.empty())).hasSize(2);
    }

    @Test
    void old_areForgotten_andTheGapShows() {
        for (int i = 0; i < EventHistory.REMEMBERED + 10; i++) {
            next(DRAFT);
        }
        List<Event> all = history.after(EventId.parse("0000cafe-1"));
        assertThat(all).hasSize(EventHistory.REMEMBERED);
        assertThat(all.getFirst().id().number()).isEqualTo(11);
    }

    @Test
    void manyOfOneKind_areCounted_othersAreTold() {
        List<Draft> drafts = new ArrayList<>(Collections.nCopies(10_000, DRAFT));
        drafts.add(Draft.of(Kind.PEER_UP));
        history = history.next(Samples.AT, drafts);
        List<Event> told = history.after(Optional.empty());
        assertThat(told).hasSize(EventHistory.OF_ONE_KIND + 2);
        assertThat(told.get(EventHistory.OF_ONE_KIND).kind()).isEqualTo("peer-up");
        assertThat(told.getLast().kind()).isEqualTo("registered");
        assertThat(told.getLast().field("more")).contains("9950");
    }

    @Test
    void text_quotesWhatIsNoPlainWord() {
        next(
                Draft.of(Kind.MAPPED)
                        .with("node", "a@h1")
                        .with("address", "")
                        .with("by", "x y=\"z\"\\\n"));
        assertThat(history.after(Optional.empty()).getFirst())
                .hasToString(
                        "mapped node=a@h1 address=\"\" by=\"x y=\\\"z\\\"\\\\\n\" id=0000cafe-1");
    }

    @Test
    void id_thatIsNone_isNotParsed() {
        assertThat(EventId.parse("0000cafe-1")).contains(new EventId(0xcafe, 1));
        assertThat(List.of("", "cafe-1", "0000cafe-", "0000cafe--1", "0000CAFE-1", "0000cafe-1 "))
                .allSatisfy(text -> assertThat(EventId.parse(text)).isEmpty());
    }

    private void next(Draft... drafts) {
        history = history.next(Samples.AT, List.of(drafts));
    }

    private List<String> after(String id) {
        return history.after(EventId.parse(id)).stream().map(Event::kind).toList();
    }
}
