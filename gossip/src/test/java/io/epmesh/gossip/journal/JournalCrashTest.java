package io.epmesh.gossip.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes that are killed while they write, and a real disk that is full.
@Timeout(300)
class JournalCrashTest {
    private static final int KILLS = Integer.getInteger("epmesh.journalKills", 8);
    private static final int PER_REWRITE = 40;

    @TempDir Path directory;

    @Test
    void killed_atAnyMoment_losesNothingThatWasDurable() throws Exception {
        Path file = directory.resolve("journal");
        SplittableRandom random = new SplittableRandom(1);
        long acknowledged = 0;
        for (int i = 0; i < KILLS; i++) {
            acknowledged = writeUntilKilled(file, acknowledged + 1, 20 + random.nextInt(200));
            List<Long> kept = read(file);
            long last = kept.getLast();
            assertThat(last).isBetween(acknowledged, acknowledged + 1);
            assertThat(kept)
                    .as("all since the last that replaced those before it")
                    .isEqualTo(run(last - last % PER_REWRITE, last));
            acknowledged = last;
        }
    }

    /// Needs the right to mount a file system of its own.
    @Test
    void diskFull_refusesAndKeepsAllThatWasDurable() throws Exception {
        assumeTrue(mayMount(), "a file system cannot be mounted in a namespace of its own here");
        Path mount = Files.createDirectory(directory.resolve("mount"));
        String script =
                """
                mount -t tmpfs -o size=64k none %1$s
                %2$s %1$s/journal 1000000 1
                cp %1$s/journal %3$s
                %2$s %1$s/journal 1 5000000
                ls -A %1$s
                cp %1$s/journal %4$s
                """
                        .formatted(
                                mount,
                                String.join(" ", java()),
                                directory.resolve("full"),
                                directory.resolve("rewritten"));
        Process process =
                new ProcessBuilder("unshare", "--mount", "sh", "-ec", script)
                        .redirectErrorStream(true)
                        .start();
        List<String> lines;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            lines = out.lines().toList();
        }
        assertThat(process.waitFor()).as(lines::toString).isZero();
        int refused = indexOfRefusal(lines);
        long last = Long.parseLong(lines.get(refused - 1));
        assertThat(read(directory.resolve("full"))).isEqualTo(run(1, last));
        assertThat(lines.subList(refused + 1, lines.size()))
                .as("a rewrite that found no room leaves nothing behind")
                .hasSize(2)
                .last()
                .isEqualTo("journal");
        assertThat(read(directory.resolve("rewritten"))).isEqualTo(run(1, last));
    }

    private static int indexOfRefusal(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("refused ")) {
                assertThat(lines.get(i)).containsIgnoringCase("no space left");
                return i;
            }
        }
        throw new AssertionError("the disk was never full: " + lines);
    }

    private long writeUntilKilled(Path file, long first, int records) throws Exception {
        List<String> command = new ArrayList<>(java());
        command.addAll(
                List.of(file.toString(), Integer.toString(PER_REWRITE), Long.toString(first)));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        long acknowledged = first - 1;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                acknowledged = Long.parseLong(line);
                if (acknowledged == first + records) {
                    process.toHandle().destroyForcibly(); // its last words can still be read
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return acknowledged;
    }

    private static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                JournalProcess.class.getName());
    }

    private static boolean mayMount() throws IOException, InterruptedException {
        return new ProcessBuilder("unshare", "--mount", "true")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static List<Long> read(Path file) throws IOException {
        Journal.Opened opened = Journal.open(file);
        opened.journal().close();
        assertThat(opened.setAside()).isEmpty();
        return opened.records().stream().map(JournalProcess::number).toList();
    }

    private static List<Long> run(long first, long last) {
        List<Long> numbers = new ArrayList<>();
        for (long number = Math.max(1, first); number <= last; number++) {
            numbers.add(number);
        }
        return numbers;
    }
}
