package io.epmesh.gossip.jgroups;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/// A key file that is read again while the peer runs, so that a key is replaced without a restart.
/// Confined to the thread `gossip-join`.
final class KeyFile {
    private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());

    /// Of no file: the first look reads it again, for it may have changed meanwhile.
    private static final Stamp UNSEEN = new Stamp(FileTime.fromMillis(0), -1, null);

    private final Path file;
    private MeshKey key;
    private Stamp stamp;

    /// What tells one state of a file from another without reading it.
    ///
    /// @param inode another one after a rename
    private record Stamp(FileTime modified, long size, @Nullable Object inode) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        }
    }

    private KeyFile(Path file, MeshKey key, Stamp stamp) {
        this.file = file;
        this.key = key;
        this.stamp = stamp;
    }

    static KeyFile open(Path file) throws IOException {
        return new KeyFile(file, MeshKey.read(file), UNSEEN);
    }

    MeshKey key() {
        return key;
    }

    /// Whether the file holds something else now, which [#key] returns from then on. A file that
    /// cannot be used is as good as none: the last good key stays.
    boolean isChanged() {
        try {
            Stamp seen = Stamp.of(file);
            if (seen.equals(stamp)) {
                return false;
            }
            MeshKey now = MeshKey.read(file);
            stamp = seen;
            boolean changed = !now.equals(key);
            key = now;
            return changed;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "key-file: the last good key stays in use: {0}", e.getMessage());
            return false;
        }
    }
}
