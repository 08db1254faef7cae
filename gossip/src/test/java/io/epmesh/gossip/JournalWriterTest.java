package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.journal.FaultyDisk;
import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalWriterTest {
    private static final WriterId LOCAL = new WriterId(1, 1);
    private static final WriterId REMOTE = new WriterId(2, 2);
    private static final long PATIENCE_MILLIS = 60_000;

    /// Reporting this batch fails as only a bug can.
    private static final long BUG = -1;

    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    @TempDir Path directory;
    private Path file;
    private Journal journal;
    private final AtomicLong clock = new AtomicLong();
    private JournalWriter writer;

    @BeforeEach
    void open() throws IOException {
        file = directory.resolve("journal");
        open(Journal.open(file).journal());
    }

    private void open(Journal opened) {
        journal = opened;
        writer =
                new JournalWriter(
                        journal,
                        clock::get,
                        new JournalWriter.Listener() {
                            @Override
                            public void durable(long batch) {
                                if (batch == BUG) {
                                    throw new IllegalStateException("a bug, meant by the test");
                                }
                                reports.add("durable " + batch);
                            }

                            @Override
                            public void failed(long batch, String reason) {
                                reports.add("failed " + batch);
                            }

                            @Override
                            public void broken(Throwable bug) {
                                reports.add("broken");
                            }
                        });
    }

    @AfterEach
    void stop() throws InterruptedException {
        writer.stop(PATIENCE_MILLIS);
    }

    @Test
    void local_reportedDurable_isInTheFile() throws Exception {
        writer.start();
        assertThat(local(1, "a")).isTrue();
        assertThat(report()).isEqualTo("durable 1");
        assertThat(replayed()).isEqualTo(mappings(put(LOCAL, 1, "a")).byKey());
    }

    @Test
    void local_batches_areReportedInTheirOrder() throws Exception {
        for (int i = 1; i <= 50; i++) {
            local(i, "n" + i);
        }
        writer.start();
        for (int i = 1; i <= 50; i++) {
            assertThat(report()).isEqualTo("durable " + i);
        }
    }

    @Test
    void remote_queued_isWrittenBeforeTheEnd() throws Exception {
        writer.start();
        writer.remote(JournalCodec.writes(List.of(put(REMOTE, 1, "r"))));
        writer.stop(PATIENCE_MILLIS);
        assertThat(replayed()).isEqualTo(mappings(put(REMOTE, 1, "r")).byKey());
        assertThat(reports).isEmpty();
    }

    @Test
    void whole_replacesTheRecords() throws Exception {
        writer.start();
        local(1, "a");
        Mappings all = mappings(put(LOCAL, 1, "a"), put(REMOTE, 1, "b"));
        writer.whole(all);
        writer.stop(PATIENCE_MILLIS);
        assertThat(replayed()).isEqualTo(all.byKey());
        assertThat(records()).hasSize(1);
    }

    @Test
    void whole_ofNothing_leavesNoRecord() throws Exception {
        writer.start();
        writer.whole(Mappings.EMPTY);
        writer.stop(PATIENCE_MILLIS);
        assertThat(records()).isEmpty();
    }

    @Test
    void remote_queueFull_isMadeGoodByTheWhole() {
        byte[] record = JournalCodec.writes(List.of(put(REMOTE, 1, "r")));
        for (int i = 0; i < 1_024; i++) {
            writer.remote(record);
        }
        assertThat(writer.wantsWhole()).isFalse();
        writer.remote(record);
        assertThat(writer.wantsWhole()).isTrue();
        assertThat(local(1, "a")).as("a full queue").isFalse();
        writer.whole(Mappings.EMPTY);
        assertThat(writer.wantsWhole()).as("no room for the whole either").isTrue();
        writer.start();
    }

    /// A removal was dropped, and its writer's later state was not: a restart showed what had been
    /// removed.
    @Test
    void remote_behindOneThatWasDropped_isLeftToTheWhole() throws Exception {
        for (int i = 0; i < 1_024; i++) {
            writer.remote(JournalCodec.writes(List.of(put(LOCAL, 1, "kept"))));
        }
        MappingWrite removal =
                new MappingWrite.Remove(
                        new Dot(REMOTE, 1), key("kept"), List.of(new Dot(LOCAL, 1)));
        writer.remote(JournalCodec.writes(List.of(removal)));
        writer.start();
        local(2, "b");
        for (int i = 0; writer.wantsWhole() && i < 3; i++) {
            awaitRoom();
            writer.remote(
                    JournalCodec.states(
                            List.of(new Message.WriterState(REMOTE, 1, List.of(), List.of()))));
        }
        writer.stop(PATIENCE_MILLIS);
        for (byte[] record : records()) {
            assertThat(JournalCodec.replay(Mappings.EMPTY, record).counters())
                    .doesNotContainKey(REMOTE);
        }
    }

    @Test
    void local_diskBroken_isReportedFailedAndTheWholeMakesItGood() throws Exception {
        journal.close(); // each write fails from now on
        writer.start();
        local(1, "a");
        assertThat(report()).isEqualTo("failed 1");
        assertThat(writer.wantsWhole()).as("at once").isFalse();
        clock.addAndGet(JournalWriter.PAUSE_NANOS);
        assertThat(writer.wantsWhole()).as("after a pause").isTrue();
        writer.whole(mappings(put(REMOTE, 1, "b")));
        assertThat(writer.wantsWhole()).isFalse();
        local(2, "c");
        assertThat(report()).isEqualTo("durable 2");
        assertThat(replayed()).isEqualTo(mappings(put(REMOTE, 1, "b"), put(LOCAL, 1, "c")).byKey());
    }

    /// What a failed sync left unwritten stood in the middle of the file then: after a loss of
    /// power the journal was damaged there, and what had been acknowledged behind it was lost.
    @Test
    void local_afterAFailedSync_isInAnotherFile() throws Exception {
        journal.close();
        FaultyDisk disk = new FaultyDisk();
        open(disk.open(directory.resolve("faulty")).journal());
        file = directory.resolve("faulty");
        writer.start();
        disk.breakSyncs();
        local(1, "lost");
        assertThat(report()).isEqualTo("failed 1");
        local(2, "lost");
        assertThat(report()).isEqualTo("failed 2");
        disk.recover();
        Mappings before = mappings(put(REMOTE, 1, "r"));
        local(3, "c", before);
        assertThat(report()).isEqualTo("durable 3");
        assertThat(replayed()).isEqualTo(mappings(put(REMOTE, 1, "r"), put(LOCAL, 1, "c")).byKey());
    }

    @Test
    void local_behindRemoteThatFails_isReportedFailed() throws Exception {
        journal.close();
        writer.remote(JournalCodec.writes(List.of(put(REMOTE, 1, "r"))));
        local(1, "a");
        writer.start();
        assertThat(report()).isEqualTo("failed 1");
    }

    /// Two islands that were filled apart come to more than one record can hold.
    @Test
    void whole_beyondOneRecord_isCutBetweenWriters() throws Exception {
        writer.start();
        Mappings all = Mappings.EMPTY;
        Bytes value = Bytes.wrap(new byte[Limits.VALUE_BYTES]);
        long perWriter = Limits.MAPPINGS_BYTES / Limits.VALUE_BYTES / 2;
        for (int island = 1; island <= 5; island++) {
            WriterId id = new WriterId(9, island);
            List<Message.LiveWrite> live = new ArrayList<>();
            for (long i = 1; i <= perWriter; i++) {
                live.add(new Message.LiveWrite(i, 0, key(island + "/" + i), value));
            }
            all =
                    all.merge(
                            List.of(new Message.WriterState(id, perWriter, live, List.of())),
                            new HashSet<>());
        }
        writer.whole(all);
        writer.stop(PATIENCE_MILLIS);
        assertThat(records().size()).isGreaterThan(1);
        assertThat(replayed()).isEqualTo(all.byKey());
    }

    /// The thread ended, and who waited for a batch waited for ever.
    @Test
    void thread_thatABugEnds_saysSo() throws Exception {
        writer.start();
        local(BUG, "a");
        assertThat(report()).isEqualTo("broken");
        writer.thread().join(PATIENCE_MILLIS);
        assertThat(writer.pulse().work()).as("the watchdog has nothing to say").isZero();
    }

    @Test
    void journal_grown_wantsTheWhole() throws Exception {
        writer.start();
        byte[] value = new byte[Limits.VALUE_BYTES];
        int count = (5 << 20) / value.length;
        for (int i = 1; i <= count; i++) {
            MappingWrite put =
                    new MappingWrite.Put(
                            new Dot(REMOTE, i), 0, key("r" + i), Bytes.wrap(value), List.of());
            writer.remote(JournalCodec.writes(List.of(put)));
        }
        local(1, "a");
        assertThat(report()).isEqualTo("durable 1");
        writer.stop(PATIENCE_MILLIS);
        assertThat(writer.wantsWhole()).isTrue();
    }

    private void awaitRoom() throws InterruptedException {
        while (!local(9, "room")) {
            Thread.onSpinWait();
        }
    }

    private String report() throws InterruptedException {
        return String.valueOf(reports.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    }

    /// What a start after kill -9 would find now.
    private Object replayed() throws Exception {
        Mappings replayed = Mappings.EMPTY;
        for (byte[] record : records()) {
            replayed = JournalCodec.replay(replayed, record);
        }
        return replayed.byKey();
    }

    private List<byte[]> records() throws IOException {
        Path copy = Files.copy(file, directory.resolve("copy-" + System.nanoTime()));
        Journal.Opened opened = Journal.open(copy);
        opened.journal().close();
        assertThat(opened.cutBytes()).isZero();
        return opened.records();
    }

    private boolean local(long id, String name) {
        return local(id, name, Mappings.EMPTY);
    }

    private boolean local(long id, String name, Mappings before) {
        return writer.local(
                new Writes.Batch(id, List.of(put(LOCAL, 1, name)), List.of(id)), before);
    }

    private static Mappings mappings(MappingWrite... writes) {
        Mappings mappings = Mappings.EMPTY;
        for (MappingWrite write : writes) {
            mappings = mappings.apply(write, new HashSet<>());
        }
        return mappings;
    }

    private static MappingWrite put(WriterId writer, long counter, String name) {
        return new MappingWrite.Put(
                new Dot(writer, counter), 1_000, key(name), Bytes.utf8("v"), List.of());
    }

    private static Key key(String name) {
        return new Key(3, Bytes.utf8(name));
    }
}
