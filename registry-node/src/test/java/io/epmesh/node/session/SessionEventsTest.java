package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.EventId;
import io.epmesh.node.naming.FakeMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionEventsTest {
    private final FakeMesh mesh = new FakeMesh();
    private final SessionClient client = new SessionClient(mesh);

    @BeforeEach
    void begin() {
        happens("a@h1", "b@h1");
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(client.hasAnswer()).isFalse();
        client.close();
        assertThat(mesh.watchers).isEmpty();
    }

    @Test
    void events_areThoseThatAreRemembered() {
        client.send(7, new Request.Events(Optional.empty(), false));
        assertThat(nodes(7)).containsExactly("a@h1", "b@h1");
        happens("c@h1");
    }

    @Test
    void events_followed_goOn_untilUnwatched() {
        client.send(7, new Request.Events(Optional.empty(), true));
        assertThat(nodes(7)).containsExactly("a@h1", "b@h1");
        happens("c@h1");
        assertThat(nodes(7)).containsExactly("c@h1");
        client.send(8, new Request.Unwatch(7));
        client.answer(8);
        happens("d@h1");
        client.pass(10);
    }

    @Test
    void events_sinceAKnownOne_areThoseBehindIt() {
        client.send(7, new Request.Events(EventId.parse("00000007-1"), true));
        assertThat(nodes(7)).containsExactly("b@h1");
        client.send(8, new Request.Events(EventId.parse("00000007-2"), true));
        assertThat(nodes(8)).as("the first answer comes at once").isEmpty();
    }

    @Test
    void events_clientDoesNotRead_waitInTheHistoryAlone() {
        client.send(7, new Request.Events(Optional.of(mesh.events.last()), true));
        nodes(7);
        client.reads(false);
        for (int i = 0; i < EventHistory.REMEMBERED + 500; i++) {
            happens("n%d@h1".formatted(i));
        }
        client.pass(10);
        client.reads(true);
        List<String> told = new ArrayList<>();
        while (client.hasAnswer()) {
            told.addAll(nodes(7));
        }
        assertThat(told).hasSize(EventHistory.REMEMBERED).endsWith("n4595@h1");
    }

    private void happens(String... nodes) {
        for (String node : nodes) {
            mesh.happens(Event.Draft.of(Event.Kind.LOST).with("node", node));
        }
    }

    private List<String> nodes(long request) {
        return ((Answer.Events) client.answer(request))
                .events().stream().map(event -> event.field("node").orElseThrow()).toList();
    }
}
