package io.epmesh.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Scanner;
import java.util.stream.Stream;

/// What Linux knows of a process.
///
/// @param pid of a process that runs
record ProcessFigures(long pid) {
    private static final long TICKS_PER_SECOND = 100;

    /// Fields of `/proc/PID/stat` between the program's name and the two times.
    private static final int UTIME_AT = 11;

    /// Processor time so far, of all threads, user and system.
    ///
    /// @return nanoseconds, in steps of 10 ms
    long cpuNanos() {
        String stat = read(file("stat"));
        // What precedes the last parenthesis may hold spaces: the program's name.
        Scanner fields = new Scanner(stat.substring(stat.lastIndexOf(')') + 1));
        for (int skipped = 0; skipped < UTIME_AT; skipped++) {
            fields.next();
        }
        return (fields.nextLong() + fields.nextLong()) * 1_000_000_000L / TICKS_PER_SECOND;
    }

    /// Resident memory now, in KiB.
    long residentKib() {
        return number(read(file("status")), "VmRSS:");
    }

    /// Resident memory, pages that others share counted in part, in KiB.
    long proportionalKib() {
        return number(read(file("smaps_rollup")), "Pss:");
    }

    /// Open descriptors.
    long descriptors() {
        try (Stream<Path> files = Files.list(file("fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException("the process has ended", e);
        }
    }

    /// What its heap holds after a collection, of a virtual machine, in MiB. Last of all, for it
    /// changes the others.
    String heapAfterCollection() throws IOException, InterruptedException {
        jcmd("GC.run");
        return String.format(
                Locale.ROOT,
                "%.1f",
                jcmd("GC.heap_info")
                                .lines()
                                .filter(line -> line.contains("total"))
                                .mapToLong(line ->
                                        Long.parseLong(
                                                line.replaceFirst(".*used ([0-9]+)K.*", "$1")))
                                .sum()
                        / 1024.0);
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process =
                new ProcessBuilder(tool.toString(), Long.toString(pid), command)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }

    long threads() {
        return number(read(file("status")), "Threads:");
    }

    /// How often a thread that is alive now has waited for something.
    long wakeUps() {
        try (Stream<Path> tasks = Files.list(file("task"))) {
            return tasks.mapToLong(task ->
                            number(read(task.resolve("status")), "voluntary_ctxt_switches:"))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("the process has ended", e);
        }
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }

    private static long number(String text, String label) {
        return text.lines()
                .filter(line -> line.startsWith(label))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the process has ended", e);
        }
    }
}
