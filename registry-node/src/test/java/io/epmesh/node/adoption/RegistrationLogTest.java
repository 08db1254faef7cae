package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Extra;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrationLogTest {
    private static final String BOOT = "boot-1";

    @TempDir private Path directory;
    private Path file = Path.of("");

    @BeforeEach
    void place() {
        file = directory.resolve("registrations.journal");
    }

    private static RecordedNode node(String name, long creation) {
        return new RecordedNode(
                new NodeName(name),
                PortInfo.ofErlangNode(1).withExtra(Extra.of(new byte[1_000])),
                creation,
                Instant.EPOCH,
                ListeningNode.LOOPBACK,
                OptionalLong.of(7),
                Optional.empty());
    }

    private void write(RecordedNode... nodes) throws IOException {
        try (RegistrationLog log = RegistrationLog.open(file, BOOT)) {
            List.of(nodes).forEach(log::put);
        }
    }

    private List<RecordedNode> read(String boot) throws IOException {
        try (RegistrationLog log = RegistrationLog.open(file, boot)) {
            return log.nodes();
        }
    }

    @Test
    void open_sameBoot_holdsAllInOrder() throws IOException {
        write(node("b", 5), node("a", 6));
        write(node("c", 7));
        assertThat(read(BOOT)).containsExactly(node("b", 5), node("a", 6), node("c", 7));
    }

    @Test
    void open_anotherBoot_holdsNothingForEver() throws IOException {
        write(node("a", 5));
        assertThat(read("boot-2")).isEmpty();
        assertThat(read("boot-2")).isEmpty();
        assertThat(read(BOOT)).isEmpty();
    }

    @Test
    void open_unknownBoot_holdsNothing() throws IOException {
        try (RegistrationLog log = RegistrationLog.open(file, KernelBoot.UNKNOWN)) {
            log.put(node("a", 5));
        }
        assertThat(read(KernelBoot.UNKNOWN)).isEmpty();
    }

    @Test
    void creationFloor_anotherBoot_isKept() throws IOException {
        write(node("a", 5_000_000_00L), node("b", 4));
        try (RegistrationLog log = RegistrationLog.open(file, "boot-2")) {
            assertThat(log.creationFloor()).isEqualTo(5_000_000_00L);
        }
    }

    @Test
    void remove_isRemembered() throws IOException {
        write(node("a", 5), node("b", 6));
        try (RegistrationLog log = RegistrationLog.open(file, BOOT)) {
            log.remove(new NodeName("a"));
            log.remove(new NodeName("nobody"));
        }
        assertThat(read(BOOT)).containsExactly(node("b", 6));
    }

    @Test
    void open_lastRecordTorn_holdsTheOthers() throws IOException {
        write(node("a", 5), node("b", 6));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        assertThat(read(BOOT)).containsExactly(node("a", 5));
    }

    @Test
    void put_muchMoreThanIsHeld_isCompacted() throws IOException {
        try (RegistrationLog log = RegistrationLog.open(file, BOOT)) {
            IntStream.range(0, 3_000).forEach(i -> log.put(node("a", 10 + i)));
            log.put(node("a", 20));
        }
        assertThat(Files.size(file)).isLessThan(2 << 20);
        assertThat(read(BOOT)).containsExactly(node("a", 20));
        try (RegistrationLog log = RegistrationLog.open(file, BOOT)) {
            assertThat(log.creationFloor()).isEqualTo(3_009);
        }
    }

    @Test
    void put_writeFails_isWrittenOnceItCanBe() throws IOException {
        RegistrationLog log = RegistrationLog.open(file, BOOT);
        log.put(node("a", 5));
        log.close(); // as if the disk were gone: the next write fails
        log.put(node("b", 6));
        log.put(node("c", 7));
        log.close();
        assertThat(read(BOOT)).containsExactly(node("a", 5), node("b", 6), node("c", 7));
    }
}
