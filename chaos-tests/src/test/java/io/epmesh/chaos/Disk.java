package io.epmesh.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The disk under a peer's data directory: a small ext4 in a file. What is synced is in the file;
/// what is not may still be in the kernel's memory alone, and gone without power. One thread.
///
/// @param image the file
/// @param mount where it is mounted
record Disk(Path image, Path mount) {
    private static final String SIZE = "32M";

    /// Makes and mounts an empty one.
    static Disk make(Path image, Path mount) throws IOException {
        Commands.run("truncate", "--size", SIZE, "" + image).orFail();
        Commands.run("mkfs.ext4", "-q", "-F", "-m", "0", "" + image).orFail();
        Files.createDirectory(mount);
        Disk disk = new Disk(image, mount);
        disk.mountIt();
        return disk;
    }

    /// Nothing more can be written until [#free].
    void fill() {
        Finished filled = Commands.run("sh", "-c", "cat /dev/zero >\"$0\"", "" + filler());
        if (!filled.err().contains("No space left")) {
            throw new AssertionError("the disk is not full: " + filled);
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    /// Loses what is not synced. Nothing may run on the host.
    void losePower() throws IOException {
        Path left = image.resolveSibling("left");
        Commands.run("cp", "--sparse=always", "" + image, "" + left).orFail();
        unmount();
        Files.move(left, image, StandardCopyOption.REPLACE_EXISTING);
        mountIt();
    }

    void unmount() {
        Commands.run("umount", "" + mount).orFail();
    }

    private void mountIt() {
        Commands.run("mount", "-o", "loop", "" + image, "" + mount).orFail();
    }

    private Path filler() {
        return mount.resolve("filler");
    }
}
