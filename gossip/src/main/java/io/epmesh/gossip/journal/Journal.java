package io.epmesh.gossip.journal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/// An append-only file of checksummed records. Confined to one thread at a time.
///
/// ```
/// file:   | magic "EPMJ" | format 16 | 0 16 | record …
/// record: | length 32 | CRC-32C of the length 32 | CRC-32C of the payload 32 | payload
/// ```
///
/// What a crash can leave at the end, a record that is not whole, is cut off when the file is
/// opened; the length's own checksum tells one that was cut short from one that was damaged. A
/// damaged record with whole ones behind it is no crash's doing: the file is set aside under a name
/// of its own, and what was whole before the damage is kept.
public final class Journal implements AutoCloseable {
    /// Bytes of one record at the most.
    public static final int RECORD_BYTES = 64 << 20;

    /// A newer version wrote the journal: this one must not touch it.
    public static final class NewerFormatException extends IOException {
        private static final long serialVersionUID = 1L;

        NewerFormatException(String message) {
            super(message);
        }
    }

    private static final int MAGIC = 0x45504d4a;
    private static final short FORMAT = 1;
    private static final int FILE_HEADER = 8;
    private static final int RECORD_HEADER = 12;

    private final Path file;

    /// What a test puts between this class and the disk.
    private final UnaryOperator<FileChannel> disk;

    private FileChannel channel;

    /// Whether the file's name may still lead to the file before it after a loss of power.
    private boolean renamed;

    /// Where the next record goes: everything before it is whole.
    private long end;

    private Journal(Path file, UnaryOperator<FileChannel> disk, FileChannel channel, long end) {
        this.file = file;
        this.disk = disk;
        this.channel = channel;
        this.end = end;
    }

    /// A journal and what was found in it.
    ///
    /// @param journal open, behind its last whole record
    /// @param records payloads, oldest first
    /// @param cutBytes of a record that was not whole
    /// @param setAside where the damaged file went, if it was damaged
    public record Opened(
            Journal journal, List<byte[]> records, long cutBytes, Optional<Path> setAside) {}

    /// Opens `file`, or creates it.
    ///
    /// @param file whose directory exists
    /// @return the journal and its records
    /// @throws NewerFormatException if the file was written by a newer version
    /// @throws IOException if the file cannot be read and written
    public static Opened open(Path file) throws IOException {
        return open(file, UnaryOperator.identity());
    }

    static Opened open(Path file, UnaryOperator<FileChannel> disk) throws IOException {
        if (!Files.exists(file)) {
            return new Opened(create(file, disk, List.of()), List.of(), 0, Optional.empty());
        }
        Scan scan = Scan.of(file);
        if (scan.damaged) {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + scan.size);
            keep(file, aside);
            Journal fresh = create(file, disk, scan.records);
            return new Opened(fresh, scan.records, 0, Optional.of(aside));
        }
        FileChannel channel = disk.apply(FileChannel.open(file, StandardOpenOption.WRITE));
        channel.truncate(scan.end);
        Journal journal = new Journal(file, disk, channel, scan.end);
        return new Opened(journal, scan.records, scan.size - scan.end, Optional.empty());
    }

    /// Gives the file a second name, for it is all there is until it is replaced; on file systems
    /// that have no such thing, a copy.
    private static void keep(Path file, Path aside) throws IOException {
        Files.deleteIfExists(aside);
        try {
            Files.createLink(aside, file);
        } catch (FileSystemException | UnsupportedOperationException _) {
            Files.copy(file, aside);
        }
    }

    /// Appends a record; durable only after [#force].
    ///
    /// @param payload at most [#RECORD_BYTES]
    /// @throws IOException if it cannot be written; what was written of it has been cut off again
    public void append(byte[] payload) throws IOException {
        ByteBuffer record = record(payload);
        try {
            channel.position(end);
            while (record.hasRemaining()) {
                channel.write(record);
            }
            end += RECORD_HEADER + payload.length;
        } catch (IOException e) {
            try {
                channel.truncate(end);
            } catch (IOException left) {
                e.addSuppressed(left); // the next record is written over it
            }
            throw e;
        }
    }

    /// Makes everything appended so far durable.
    ///
    /// @throws IOException if nobody can tell whether it is: [#rewrite] what matters
    public void force() throws IOException {
        channel.force(false);
        if (renamed) {
            forceDirectoryOf(file);
            renamed = false;
        }
    }

    /// Replaces all records by `payloads`, at once and durably.
    ///
    /// @param payloads the whole content from now on
    /// @throws IOException if that failed; the records before or the new ones are there
    public void rewrite(List<byte[]> payloads) throws IOException {
        FileChannel before = channel;
        channel = replace(file, disk, payloads);
        end = channel.position();
        renamed = true;
        before.close();
        force();
    }

    /// {@return the bytes of the file}
    public long size() {
        return end;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static Journal create(Path file, UnaryOperator<FileChannel> disk, List<byte[]> payloads)
            throws IOException {
        FileChannel channel = replace(file, disk, payloads);
        forceDirectoryOf(file);
        return new Journal(file, disk, channel, channel.position());
    }

    /// A synced file with these records in place of `file`, or none at all and `file` as it was.
    private static FileChannel replace(
            Path file, UnaryOperator<FileChannel> disk, List<byte[]> payloads) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        FileChannel out =
                disk.apply(
                        FileChannel.open(
                                draft,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.TRUNCATE_EXISTING));
        try {
            ByteBuffer header = ByteBuffer.allocate(FILE_HEADER);
            header.putInt(MAGIC).putShort(FORMAT).putShort((short) 0).flip();
            write(out, header);
            for (byte[] payload : payloads) {
                write(out, record(payload));
            }
            out.force(true);
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return out;
        } catch (IOException e) {
            try {
                out.close();
                Files.deleteIfExists(draft); // on a full disk it would take the last room
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /// Makes the renaming of `file` durable.
    ///
    /// @param file that has got its name just now
    /// @throws IOException if the system refuses
    public static void forceDirectoryOf(Path file) throws IOException {
        Path directory =
                requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
        try (FileChannel handle = FileChannel.open(directory, StandardOpenOption.READ)) {
            handle.force(true);
        }
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static ByteBuffer record(byte[] payload) {
        if (payload.length == 0 || payload.length > RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "payload: %d bytes (expected: 1..%d)".formatted(payload.length, RECORD_BYTES));
        }
        ByteBuffer record = ByteBuffer.allocate(RECORD_HEADER + payload.length);
        record.putInt(payload.length).putInt(checksum(record.array(), Integer.BYTES));
        return record.putInt(checksum(payload, payload.length)).put(payload).flip();
    }

    /// Of the first `length` bytes.
    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /// One pass over a file.
    private static final class Scan {
        final List<byte[]> records = new ArrayList<>();
        final long size;
        long end = FILE_HEADER;
        boolean damaged;

        private Scan(long size) {
            this.size = size;
        }

        static Scan of(Path file) throws IOException {
            byte[] all = Files.readAllBytes(file);
            ByteBuffer in = ByteBuffer.wrap(all);
            Scan scan = new Scan(all.length);
            if (all.length < FILE_HEADER || in.getInt() != MAGIC) {
                scan.damaged = true;
                return scan;
            }
            short format = in.getShort();
            if (format > FORMAT) {
                throw new NewerFormatException(
                        "%s: format %d (expected: <= %d), written by a newer version"
                                .formatted(file, format, FORMAT));
            }
            in.position(FILE_HEADER);
            while (in.remaining() >= RECORD_HEADER && scan.take(in)) {}
            return scan;
        }

        /// Takes one record; false at the end of what is whole.
        private boolean take(ByteBuffer in) {
            int start = in.position();
            int length = in.getInt();
            byte[] lengthBytes = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
            boolean trusted = in.getInt() == checksum(lengthBytes, Integer.BYTES);
            if (!trusted || length <= 0 || length > RECORD_BYTES) {
                in.position(start);
                damaged = !isZeros(in); // zeros: the file system gave the space, not the bytes
                return false;
            }
            int checksum = in.getInt();
            if (length > in.remaining()) {
                return false; // torn
            }
            byte[] payload = new byte[length];
            in.get(payload);
            if (checksum(payload, length) != checksum) {
                damaged = in.hasRemaining();
                return false;
            }
            records.add(payload);
            end = in.position();
            return true;
        }

        private static boolean isZeros(ByteBuffer in) {
            while (in.hasRemaining()) {
                if (in.get() != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
