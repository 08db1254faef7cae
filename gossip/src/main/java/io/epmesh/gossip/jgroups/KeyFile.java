package io.epmesh.gossip.jgroups;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/// A key file that is read again while the peer runs, so that a key is replaced without a restart.
/// Confined to the thread `gossip-join`.
final class KeyFile {
    private static final System.Logger LOG = System.getLogger(KeyFile.class.getName());

    private final Path file;
    private MeshKey key;

    private KeyFile(Path file, MeshKey key) {
        this.file = file;
        this.key = key;
    }

    static KeyFile open(Path file) throws IOException {
        return new KeyFile(file, MeshKey.read(file));
    }

    MeshKey key() {
        return key;
    }

    /// Whether the file holds something else now, which [#key] returns from then on. A file that
    /// cannot be used is as good as none: the last good key stays.
    boolean isChanged() {
        try {
            MeshKey now = MeshKey.read(file);
            boolean changed = !now.equals(key);
            key = now;
            return changed;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "key-file: the last good key stays in use: {0}", e.getMessage());
            return false;
        }
    }
}
