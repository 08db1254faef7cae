package io.epmesh.node;

import io.epmesh.gossip.Identity;
import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Optional;

/// The peer's place on the disk: its identity and its journal, held by a lock for as long as the
/// peer runs.
///
/// @param identity of this run
/// @param journal open; none where the directory cannot be written, and mappings are refused
/// @param lock held until [#close]
record DataDirectory(
        Identity identity, Optional<Journal.Opened> journal, Optional<FileChannel> lock)
        implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DataDirectory.class.getName());

    /// Another peer runs in the directory.
    static final class InUseException extends Exception {
        private static final long serialVersionUID = 1L;

        InUseException(Path directory) {
            super("data-dir: %s is in use by another peer".formatted(directory));
        }
    }

    /// Opens the directory; where it cannot be read and written, this run goes without one, loudly.
    ///
    /// @throws Journal.NewerFormatException if a newer version was here: this one must not start
    static DataDirectory open(Path directory) throws InUseException, Journal.NewerFormatException {
        Optional<FileChannel> lock = Optional.empty();
        try {
            Files.createDirectories(directory);
            lock = Optional.of(lock(directory));
            Identity identity = Identity.load(directory, new SecureRandom(), micros());
            return new DataDirectory(identity, Optional.of(journal(directory)), lock);
        } catch (Journal.NewerFormatException e) {
            lock.ifPresent(DataDirectory::close);
            throw e;
        } catch (IOException e) {
            LOG.log(
                    Level.ERROR,
                    "data-dir {0} cannot be used ({1}): this run has an identity of its own,"
                            + " and mapping writes are refused",
                    directory,
                    e.toString());
            return new DataDirectory(
                    Identity.transientOne(new SecureRandom(), micros()), Optional.empty(), lock);
        }
    }

    /// Takes a new identity, since somebody else uses this one's.
    static void renew(Path directory) throws IOException {
        Identity fresh = Identity.renew(directory, new SecureRandom(), micros());
        LOG.log(
                Level.WARNING,
                "another peer uses the identity in {0}, a copy or a restored backup:"
                        + " this peer is {1} from now on",
                directory,
                fresh.peer());
    }

    @Override
    public void close() {
        lock.ifPresent(DataDirectory::close);
    }

    private static void close(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "data-dir: lock not released: {0}", e.toString());
        }
    }

    private static Journal.Opened journal(Path directory) throws IOException {
        Journal.Opened opened = Journal.open(directory.resolve("mappings.journal"));
        if (opened.cutBytes() > 0) {
            LOG.log(
                    Level.INFO,
                    "journal: a record that was not whole was cut off, bytes: {0}",
                    opened.cutBytes());
        }
        opened.setAside()
                .ifPresent(aside ->
                        LOG.log(
                                Level.ERROR,
                                "journal: damaged, set aside as {0}; kept records: {1},"
                                        + " the rest comes from the other peers",
                                aside,
                                opened.records().size()));
        return opened;
    }

    /// Holds a directory, which exists, until the channel is closed.
    static FileChannel lock(Path directory) throws IOException, InUseException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // this process holds it: as taken as by another
        }
        channel.close();
        throw new InUseException(directory);
    }

    private static long micros() {
        return System.currentTimeMillis() * 1_000;
    }
}
