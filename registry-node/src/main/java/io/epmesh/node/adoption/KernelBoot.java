package io.epmesh.node.adoption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which boot of the kernel this is. What proves a node to be the same, a socket above all, is
/// worth nothing beyond it.
public final class KernelBoot {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /// The id where the system tells none: nothing is adopted then.
    public static final String UNKNOWN = "";

    private KernelBoot() {}

    /// {@return the id of this boot, or [#UNKNOWN]}
    public static String id() {
        try {
            return Files.readString(BOOT_ID).strip();
        } catch (IOException e) {
            return UNKNOWN; // not Linux
        }
    }
}
