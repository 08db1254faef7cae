package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NameTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Peer 1 is h1, which logs; peer 2 is h2.
class PeerLogTest {
    private static final Logger LOGGER = Logger.getLogger(PeerLog.class.getName());

    private final List<String> lines = new ArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    lines.add(new SimpleFormatter().formatMessage(line));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
    private final MeshState mesh = new MeshState();
    private NameTable table = NameTable.empty(MeshState.id(1));

    @BeforeEach
    void listen() {
        LOGGER.setLevel(Level.INFO);
        LOGGER.addHandler(handler);
        mesh.describe(1, "10.0.0.1", "h1");
        publish();
    }

    @AfterEach
    void stop() {
        LOGGER.removeHandler(handler);
        LOGGER.setLevel(null);
    }

    private void publish() {
        NameTable next = mesh.publish(table, 1);
        PeerLog.log(table, next, Set.of(MeshState.id(1), MeshState.id(2)));
        table = next;
    }

    private void moves(Phase phase) {
        mesh.phase(2, phase);
        publish();
    }

    @Test
    void peer_comesAndGoesAndLeaves_isALineEach() {
        mesh.describe(2, "10.0.0.2", "h2", "h2.test");
        publish();
        moves(Phase.ORPHANED);
        moves(Phase.LIVING);
        moves(Phase.LEFT);

        String h2 = "peer h2 (" + MeshState.id(2) + ") ";
        assertThat(lines)
                .containsExactly(
                        h2 + "is up",
                        h2 + "is orphaned: nothing is heard of it",
                        h2 + "is up",
                        h2 + "has left");
    }

    @Test
    void peer_onlyToldOfByOthers_isNoLine() {
        mesh.describe(2, "10.0.0.2", "h2");
        moves(Phase.ORPHANED);
        assertThat(lines).isEmpty();
        moves(Phase.LIVING);
        assertThat(lines).containsExactly("peer h2 (" + MeshState.id(2) + ") is up");
    }

    @Test
    void change_ofNothingButEntries_isNoLine() {
        mesh.describe(2, "10.0.0.2", "h2");
        publish();
        lines.clear();
        mesh.register(2, MeshState.verified("a@h2", 9001));
        publish();
        assertThat(lines).isEmpty();
    }
}
