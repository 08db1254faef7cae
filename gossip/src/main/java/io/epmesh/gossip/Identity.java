package io.epmesh.gossip;

import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Who this peer is, for this run.
///
/// @param peer its id, kept in the data directory
/// @param incarnation higher than that of any run before with this id; on the disk before it is
///   used
/// @param persistent false where the directory cannot be written, and the id is of this run only
public record Identity(PeerId peer, long incarnation, boolean persistent) {
    private static final String FILE = "identity";

    /// Microseconds. Two copies of a directory that start at the same moment, or on boards without
    /// a clock, would otherwise take the same number, and neither would see the other.
    private static final int SPREAD = 1 << 20;

    /// Takes up the directory's identity with the next incarnation, or makes one.
    ///
    /// @param directory exists and can be written
    /// @param random for a new id
    /// @param micros since 1970, so that a restored backup does not count behind its original
    /// @return the identity of this run
    /// @throws IOException if the file cannot be read or written, or is no identity
    public static Identity load(Path directory, RandomGenerator random, long micros)
            throws IOException {
        Path file = directory.resolve(FILE);
        Optional<Identity> last = Files.exists(file) ? Optional.of(parse(file)) : Optional.empty();
        Identity next = next(last, random, micros);
        next.store(file);
        return next;
    }

    /// The identity of the run after `last`, and of no other run after a copy of it.
    ///
    /// @param last none where there was none
    /// @param random for a new id
    /// @param micros since 1970
    /// @return to be put on the disk before it is used
    public static Identity next(Optional<Identity> last, RandomGenerator random, long micros) {
        PeerId peer =
                last.map(Identity::peer)
                        .orElseGet(() -> new PeerId(random.nextLong(), random.nextLong()));
        long before = last.map(Identity::incarnation).orElse(0L);
        long incarnation = Math.max(micros, before + 1) + random.nextInt(SPREAD);
        return new Identity(peer, incarnation, true);
    }

    /// A new id in place of one that somebody else uses too.
    ///
    /// @param directory as in [#load]
    /// @param random for the new id
    /// @param micros as in [#load]
    /// @return the new identity, already on the disk
    /// @throws IOException if it cannot be written
    public static Identity renew(Path directory, RandomGenerator random, long micros)
            throws IOException {
        Identity fresh = transientOne(random, micros);
        Identity kept = new Identity(fresh.peer(), fresh.incarnation(), true);
        kept.store(directory.resolve(FILE));
        return kept;
    }

    /// {@return an identity for a run without a directory}
    ///
    /// @param random for the id
    /// @param micros since 1970
    public static Identity transientOne(RandomGenerator random, long micros) {
        return new Identity(new PeerId(random.nextLong(), random.nextLong()), micros, false);
    }

    /// Whose directory it is.
    ///
    /// @param directory may be in use
    /// @return the id that it keeps; empty where there is none
    /// @throws IOException if the file cannot be read, or is no identity
    public static Optional<PeerId> kept(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        return Files.exists(file) ? Optional.of(parse(file).peer()) : Optional.empty();
    }

    private void store(Path file) throws IOException {
        Path draft = file.resolveSibling(FILE + ".new");
        String text = "peer = %s%nincarnation = %d%n".formatted(peer, incarnation);
        Files.writeString(draft, text);
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(
                draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Journal.forceDirectoryOf(file);
    }

    private static Identity parse(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        try {
            PeerId peer = PeerId.parse(value(lines.get(0), "peer"));
            long incarnation = Long.parseLong(value(lines.get(1), "incarnation"));
            return new Identity(peer, incarnation, true);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(file + ": not an identity (" + e.getMessage() + ")", e);
        }
    }

    private static String value(String line, String key) {
        if (!line.startsWith(key + " = ")) {
            throw new IllegalArgumentException("line: %s (expected: %s = …)".formatted(line, key));
        }
        return line.substring(key.length() + 3).strip();
    }
}
