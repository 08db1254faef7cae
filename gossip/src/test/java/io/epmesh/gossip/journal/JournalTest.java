package io.epmesh.gossip.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final List<String> WRITTEN = List.of("first", "second record", "third");

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("journal");
    }

    @Test
    void open_afterClose_replaysAllInOrder() throws IOException {
        write();
        assertThat(read()).isEqualTo(WRITTEN);
    }

    @Test
    void open_cutAtAnyByte_keepsThePrefixOfWholeRecords() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 8; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<String> kept = read();
            assertThat(kept).isEqualTo(WRITTEN.subList(0, kept.size()));
            append("after the cut");
            List<String> expected = new ArrayList<>(kept);
            expected.add("after the cut");
            assertThat(read()).isEqualTo(expected);
        }
    }

    /// Whatever byte was damaged, all records before it are kept, none after it is made up, and the
    /// file is set aside unless it looks like a torn tail.
    @Test
    void open_anyByteFlipped_keepsAllBeforeItAndInventsNothing() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = whole.clone();
                damaged[at] ^= (byte) (1 << bit);
                Files.write(file, damaged);
                check(at, bit, damaged);
            }
        }
    }

    private void check(int at, int bit, byte[] damaged) throws IOException {
        Journal.Opened opened;
        try {
            opened = Journal.open(file);
        } catch (Journal.NewerFormatException e) {
            assertThat(at).as("the format's place").isBetween(4, 5);
            return;
        }
        opened.journal().close();
        List<String> kept =
                opened.records().stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
        List<Integer> ends = List.of(8, 25, 50, 67);
        int wholeBefore = (int) ends.stream().skip(1).filter(end -> end <= at).count();
        boolean unread = at >= 4 && at < 8; // a lower format, or what is not used
        assertThat(kept)
                .as("byte %d, bit %d", at, bit)
                .isEqualTo(unread ? WRITTEN : WRITTEN.subList(0, at < 8 ? 0 : wholeBefore));
        if (at < 50 && !unread) { // in the last record it may be a torn tail
            assertThat(opened.setAside()).as("byte %d, bit %d", at, bit).isPresent();
            assertThat(Files.readAllBytes(opened.setAside().orElseThrow())).isEqualTo(damaged);
        }
        assertThat(Journal.open(file).setAside()).as("the second time").isEmpty();
    }

    @Test
    void open_longTornTail_leavesNothingBehindAShorterRecord() throws IOException {
        append("first");
        long whole = Files.size(file);
        append("torn ".repeat(100));
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) whole + 200));
        append("short");
        assertThat(read()).containsExactly("first", "short");
    }

    @Test
    void open_besideADraftOfAnyLength_forgetsTheDraft() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        Path draft = directory.resolve("journal.new");
        for (int length = 0; length <= whole.length; length++) {
            Files.write(draft, Arrays.copyOf(whole, length));
            assertThat(read()).isEqualTo(WRITTEN);
        }
        try (Journal journal = Journal.open(file).journal()) {
            journal.rewrite(List.of(bytes("all of it")));
        }
        assertThat(read()).containsExactly("all of it");
        assertThat(draft).doesNotExist();
    }

    @Test
    void rewrite_syncFails_goesOnWithWhatIsThere() throws IOException {
        write();
        FaultyDisk disk = new FaultyDisk();
        try (Journal journal = disk.open(file).journal()) {
            disk.breakSyncs();
            assertThatThrownBy(() -> journal.rewrite(List.of(bytes("all of it"))))
                    .hasMessageContaining("injected");
            assertThat(directory.resolve("journal.new")).doesNotExist();
            disk.recover();
            journal.append(bytes("more"));
            journal.force();
        }
        List<String> expected = new ArrayList<>(WRITTEN);
        expected.add("more");
        assertThat(read()).isEqualTo(expected);
    }

    @Test
    void open_tailOfZeros_isCutAndNotDamaged() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length + 4_096));
        try (Journal journal = Journal.open(file).journal()) {
            assertThat(journal.size()).isEqualTo(whole.length);
        }
        assertThat(read()).isEqualTo(WRITTEN);
    }

    @Test
    void open_flippedByteInTheMiddle_setsTheFileAsideAndKeepsWhatWasBefore() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        whole[8 + 12 + 5 + 12 + 2] ^= 1; // in the second record
        Files.write(file, whole);
        Journal.Opened opened = Journal.open(file);
        opened.journal().close();
        assertThat(opened.setAside()).isPresent();
        assertThat(Files.readAllBytes(opened.setAside().orElseThrow())).isEqualTo(whole);
        assertThat(read()).containsExactly("first");
    }

    @Test
    void open_damagedLengthInTheMiddle_isNoTornTail() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        whole[8 + 12 + 5] = 1; // the second record seems to reach far beyond the end
        Files.write(file, whole);
        Journal.Opened opened = Journal.open(file);
        opened.journal().close();
        assertThat(opened.setAside()).isPresent();
        assertThat(read()).containsExactly("first");
    }

    /// The damaged file had been moved away, so the next start found none and began an empty one.
    @Test
    void open_damagedOnADiskThatFails_losesNothing() throws IOException {
        write();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        FaultyDisk disk = new FaultyDisk();
        disk.breakSyncs();
        assertThatThrownBy(() -> disk.open(file)).isInstanceOf(IOException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        Journal.Opened opened = Journal.open(file);
        opened.journal().close();
        assertThat(opened.records()).isNotEmpty();
        assertThat(Files.readAllBytes(opened.setAside().orElseThrow())).isEqualTo(bytes);
    }

    @Test
    void open_notAJournal_setsItAside() throws IOException {
        Files.writeString(file, "this is somebody's letter");
        Journal.Opened opened = Journal.open(file);
        opened.journal().close();
        assertThat(opened.setAside()).isPresent();
        assertThat(opened.records()).isEmpty();
    }

    @Test
    void open_newerFormat_refusesAndTouchesNothing() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        whole[5] = 2;
        Files.write(file, whole);
        assertThatThrownBy(() -> Journal.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("newer version");
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    @Test
    void append_twoRecords_givesTheGoldenBytes() throws IOException {
        append("first");
        append("second");
        assertThat(Files.readAllBytes(file)).isEqualTo(Golden.bytes("journal-file"));
    }

    @Test
    void open_goldenBytes_givesTheRecords() throws IOException {
        Files.write(file, Golden.bytes("journal-file"));
        assertThat(read()).containsExactly("first", "second");
    }

    @Test
    void rewrite_replacesAllAndGoesOn() throws IOException {
        write();
        try (Journal journal = Journal.open(file).journal()) {
            journal.rewrite(List.of(bytes("all of it")));
            journal.append(bytes("more"));
            journal.force();
        }
        assertThat(read()).containsExactly("all of it", "more");
    }

    private void write() throws IOException {
        for (String record : WRITTEN) {
            append(record);
        }
    }

    private void append(String record) throws IOException {
        try (Journal journal = Journal.open(file).journal()) {
            journal.append(bytes(record));
            journal.force();
        }
    }

    private List<String> read() throws IOException {
        Journal.Opened opened = Journal.open(file);
        opened.journal().close();
        assertThat(opened.setAside()).isEmpty();
        return opened.records().stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
