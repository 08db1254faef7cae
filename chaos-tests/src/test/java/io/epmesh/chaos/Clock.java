package io.epmesh.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// The wall clock of a host's peer, which can be stepped. All hosts share the kernel's clock, so a
/// library of ours between the process and the kernel adds what a file says. Elapsed times are not
/// touched, as no step of a clock does. A host without such a file has the machine's clock.
///
/// @param file what is added, seconds in 64 bits
record Clock(Path file) {
    /// Built from `clock.c` by bin/chaos; empty where there is no compiler.
    static final String LIBRARY = System.getenv().getOrDefault("CHAOS_CLOCK_LIBRARY", "");

    static Clock of(Host host) {
        return new Clock(host.directory().resolve("clock"));
    }

    /// Whether clocks can be stepped here.
    static boolean canBeStepped() {
        return !LIBRARY.isEmpty();
    }

    /// Lets it differ from the machine's by so many seconds.
    void step(long seconds) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(seconds).flip();
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(bytes, 0);
        }
    }

    /// What a command that is to have it begins with.
    List<String> command() {
        return Files.exists(file)
                ? List.of("env", "LD_PRELOAD=" + LIBRARY, "CHAOS_CLOCK=" + file)
                : List.of();
    }
}
