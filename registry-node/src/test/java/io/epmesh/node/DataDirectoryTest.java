package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Identity;
import io.epmesh.gossip.journal.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir private Path temp;

    @Test
    void open_again_isTheSamePeerOfAHigherIncarnation() throws Exception {
        Identity first = identityOf(temp.resolve("deep/down"));
        Identity second = identityOf(temp.resolve("deep/down"));

        assertThat(second.peer()).isEqualTo(first.peer());
        assertThat(second.incarnation()).isGreaterThan(first.incarnation());
        assertThat(second.persistent()).isTrue();
    }

    @Test
    void open_clockSetBack_stillRises() throws Exception {
        Identity first = identityOf(temp);
        Path file = temp.resolve("identity");
        long ahead = first.incarnation() + 1_000_000_000_000L;
        Files.writeString(file, "peer = %s%nincarnation = %d%n".formatted(first.peer(), ahead));

        assertThat(identityOf(temp).incarnation()).isGreaterThan(ahead);
    }

    @Test
    void open_whereAnotherPeerRuns_isRefused() throws Exception {
        try (DataDirectory running = DataDirectory.open(temp)) {
            assertThat(running.journal()).isPresent();
            assertThatThrownBy(() -> DataDirectory.open(temp))
                    .isInstanceOf(DataDirectory.InUseException.class)
                    .hasMessage("data-dir: %s is in use by another peer", temp);
            closeJournal(running);
        }
        assertThat(identityOf(temp).persistent()).isTrue();
    }

    /// It went without a directory, as if there were none: this host's mappings could not be
    /// written until somebody read the log.
    @Test
    void open_journalOfANewerVersion_stopsTheStartAndFreesTheDirectory() throws Exception {
        identityOf(temp);
        Path journal = temp.resolve("mappings.journal");
        byte[] newer = Files.readAllBytes(journal);
        newer[5] = 9;
        Files.write(journal, newer);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> DataDirectory.open(temp))
                    .isInstanceOf(Journal.NewerFormatException.class)
                    .hasMessageContaining("newer version");
        }
        assertThat(journal).hasBinaryContent(newer);
    }

    @Test
    void open_whereNoDirectoryCanBe_goesWithoutOne() throws Exception {
        Path file = Files.writeString(temp.resolve("file"), "in the way");
        Identity first = identityWithout(file);
        Identity second = identityWithout(file.resolve("below"));

        assertThat(first.persistent()).isFalse();
        assertThat(second.peer()).isNotEqualTo(first.peer());
        assertThat(file).hasContent("in the way");
    }

    @Test
    void open_identityThatIsNone_goesWithoutOneAndLeavesItAlone() throws Exception {
        Path identity = Files.writeString(temp.resolve("identity"), "what?");

        assertThat(identityWithout(temp).persistent()).isFalse();
        assertThat(identity).hasContent("what?");
    }

    @Test
    void open_damagedJournal_setsItAsideAndKeepsWhatWasWhole() throws Exception {
        Path file = temp.resolve("mappings.journal");
        try (Journal journal = Journal.open(file).journal()) {
            journal.append(new byte[] {1});
            journal.append(new byte[] {2});
            journal.append(new byte[] {3});
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[8 + 9 + 8] ^= 1; // the payload of the second record
        Files.write(file, bytes);

        try (DataDirectory directory = DataDirectory.open(temp)) {
            Journal.Opened opened = directory.journal().orElseThrow();
            assertThat(opened.records()).containsExactly(new byte[] {1});
            assertThat(opened.setAside().orElseThrow()).hasBinaryContent(bytes);
            closeJournal(directory);
        }
    }

    @Test
    void renew_isAnotherPeerFromThenOn() throws Exception {
        Identity first = identityOf(temp);
        DataDirectory.renew(temp);
        Identity second = identityOf(temp);

        assertThat(second.peer()).isNotEqualTo(first.peer());
        assertThat(identityOf(temp).peer()).isEqualTo(second.peer());
    }

    private static Identity identityOf(Path directory) throws Exception {
        try (DataDirectory opened = DataDirectory.open(directory)) {
            closeJournal(opened);
            return opened.identity();
        }
    }

    private static Identity identityWithout(Path directory) throws Exception {
        try (DataDirectory opened = DataDirectory.open(directory)) {
            assertThat(opened.journal()).isEmpty();
            return opened.identity();
        }
    }

    private static void closeJournal(DataDirectory directory) throws Exception {
        directory.journal().orElseThrow().journal().close();
    }
}
