package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class RecorderTest {
    private static final SelfDescription A = new SelfDescription("a", "h", 77);

    @TempDir private Path directory;
    private final Map<Long, SelfDescription> said = new ConcurrentHashMap<>();

    private RegistrationLog log() throws IOException {
        return RegistrationLog.open(directory.resolve("log"), "boot");
    }

    private Recorder recorder() throws IOException {
        return recorder(Duration.ofMillis(1));
    }

    private Recorder recorder(Duration end) throws IOException {
        return new Recorder(
                log(),
                ListeningSockets::read,
                InetAddress::isLoopbackAddress,
                registration -> Optional.ofNullable(said.get(registration.id())),
                bug -> {
                    throw new AssertionError(bug);
                },
                end);
    }

    private List<RecordedNode> written() throws IOException {
        try (RegistrationLog log = log()) {
            return log.nodes();
        }
    }

    private static Registration registration(long id, String name, int port, String source) {
        return new Registration(
                id,
                new NodeName(name),
                PortInfo.ofErlangNode(port),
                100 + id,
                Instant.ofEpochMilli(id),
                InetAddress.ofLiteral(source));
    }

    @Test
    void registered_isWrittenWithItsSocketInOrder() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            Registration b = registration(1, "b", node.port(), "127.0.0.1");
            Registration a = registration(2, "a", node.port(), "127.0.0.1");
            try (Recorder recorder = recorder()) {
                recorder.registered(b);
                recorder.registered(a);
            }
            assertThat(written())
                    .containsExactly(
                            RecordedNode.of(b).listeningOn(socket(node)),
                            RecordedNode.of(a).listeningOn(socket(node)));
        }
    }

    private static OptionalLong socket(ListeningNode node) {
        return ListeningSockets.read().orElseThrow().onlyOneAt(node.port());
    }

    @Test
    void registered_fromElsewhere_takesNoSocketOfThisHost() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            Registration far = registration(1, "a", node.port(), "192.0.2.1");
            try (Recorder recorder = recorder()) {
                recorder.registered(far);
            }
            assertThat(written()).containsExactly(RecordedNode.of(far));
        }
    }

    @Test
    void unregistered_isForgotten() throws Exception {
        Registration a = registration(1, "a", 0, "127.0.0.1");
        try (Recorder recorder = recorder()) {
            recorder.registered(a);
        }
        assertThat(written()).hasSize(1);
        try (Recorder recorder = recorder()) {
            recorder.unregistered(a);
        }
        assertThat(written()).isEmpty();
    }

    /// A peer that was killed while a node registered again did not know the node.
    @Test
    void registeredAgain_isKnownAtEachMoment() throws Exception {
        Registration a = registration(1, "a", 0, "127.0.0.1");
        try (Recorder recorder = recorder()) {
            recorder.registered(a);
        }
        try (Recorder recorder = recorder(Duration.ofSeconds(1))) {
            recorder.unregistered(a);
            recorder.registered(registration(2, "b", 0, "127.0.0.1")); // is written at once
            recorder.registered(registration(3, "a", 0, "127.0.0.1"));
        }
        List<NodeName> known = new ArrayList<>();
        for (byte[] record : Journal.open(directory.resolve("log")).records()) {
            if (LogCodec.decode(record).orElseThrow() instanceof LogRecord.Freed(NodeName name)) {
                known.add(name);
            }
        }
        assertThat(known).isEmpty();
        assertThat(written())
                .extracting(RecordedNode::name)
                .containsExactly(new NodeName("b"), new NodeName("a"));
    }

    @Test
    void learnt_isWrittenOnceTheNodeHasSaidIt() throws Exception {
        Registration a = registration(1, "a", 0, "127.0.0.1");
        Registration b = registration(2, "b", 0, "127.0.0.1");
        try (Recorder recorder = recorder()) {
            recorder.registered(a);
            recorder.registered(b);
            said.put(1L, A);
            recorder.learnt();
        }
        assertThat(written()).containsExactly(RecordedNode.of(a).saying(A), RecordedNode.of(b));
    }

    @Test
    void begin_forgetsWhatWasNotAdopted() throws Exception {
        Registration a = registration(1, "a", 0, "127.0.0.1");
        Registration b = registration(2, "b", 0, "127.0.0.1");
        try (Recorder recorder = recorder()) {
            recorder.registered(a);
            recorder.registered(b);
        }
        said.put(7L, A);
        Registration again = registration(7, "a", 0, "127.0.0.1");
        try (Recorder recorder = recorder()) {
            recorder.begin(Map.of(again, RecordedNode.of(a)), List.of());
            recorder.learnt();
        }
        assertThat(written()).containsExactly(RecordedNode.of(a).saying(A));
    }

    @Test
    void begin_keepsWhatMayBeAdoptedLate_untilItIsForgotten() throws Exception {
        RecordedNode a = RecordedNode.of(registration(1, "a", 0, "127.0.0.1"));
        RecordedNode b = RecordedNode.of(registration(2, "b", 0, "127.0.0.1"));
        try (Recorder recorder = recorder()) {
            recorder.registered(registration(1, "a", 0, "127.0.0.1"));
        }
        try (Recorder recorder = recorder()) {
            recorder.begin(Map.of(), List.of(a, b)); // b of another epmd
        }
        assertThat(written()).containsExactly(a, b);
        try (Recorder recorder = recorder()) {
            recorder.forget(b);
        }
        assertThat(written()).containsExactly(a);
    }

    @Test
    void forget_ofOneThatRegisteredAgain_leavesTheLaterOne() throws Exception {
        Registration former = registration(1, "a", 0, "127.0.0.1");
        Registration later = registration(2, "a", 0, "127.0.0.1");
        try (Recorder recorder = recorder()) {
            recorder.begin(Map.of(), List.of(RecordedNode.of(former)));
            recorder.registered(later);
            recorder.forget(RecordedNode.of(former));
        }
        assertThat(written()).containsExactly(RecordedNode.of(later));
    }

    @Test
    void adopted_late_isWrittenAnewOnceTheNodeHasSaidWhoItIs() throws Exception {
        Registration a = registration(1, "a", 0, "127.0.0.1");
        try (Recorder recorder = recorder()) {
            recorder.begin(Map.of(), List.of(RecordedNode.of(a)));
            recorder.adopted(registration(7, "a", 0, "127.0.0.1"), RecordedNode.of(a));
            said.put(7L, A);
            recorder.learnt();
        }
        assertThat(written()).containsExactly(RecordedNode.of(a).saying(A));
    }
}
