package io.epmesh.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Looks nodes up from a host again and again, in a process of its own, a thousand times a second
/// at the most.
final class ConstantLookups implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ConstantLookups(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /// What came of it.
    ///
    /// @param count look-ups in all
    /// @param cutOff those whose connection was accepted, and then ended without an answer
    /// @param longestMillis the longest time between two answers for one node
    /// @param failures how many of which other kind, as `{refused n1=3}`
    record Outcome(int count, int cutOff, long longestMillis, String failures) {
        boolean noneFailed() {
            return failures.equals("{}");
        }

        @Override
        public String toString() {
            return "%d look-ups, %d cut off, longest time without an answer %d ms, failures %s"
                    .formatted(count, cutOff, longestMillis, failures);
        }
    }

    /// One node to be looked up.
    ///
    /// @param host at whose EPMD: an address or host name
    /// @param name its short name
    /// @param port the right answer
    record Target(String host, String name, int port) {}

    /// Starts; the first look-up is at hand when this returns.
    static ConstantLookups start(Host from, List<Target> targets) throws IOException {
        List<String> command = new ArrayList<>(inJava(LookupProgram.class));
        targets.forEach(each -> command.add(each.host() + "/" + each.name() + "/" + each.port()));
        ConstantLookups started =
                new ConstantLookups(
                        from.process(command.toArray(String[]::new))
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start());
        if (!"started".equals(started.output.readLine())) {
            throw new AssertionError("the look-ups do not start: " + command);
        }
        return started;
    }

    /// A command that runs a class of these tests.
    static List<String> inJava(Class<?> program) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = Path.of("target", "test-classes").toAbsolutePath().toString();
        return List.of(java, "-XX:+UseSerialGC", "-cp", classes, program.getName());
    }

    /// Ends the look-ups.
    Outcome stop() throws IOException {
        process.outputWriter().append("\n").flush();
        String line = String.valueOf(output.readLine());
        String[] words = line.split(" ", 4);
        if (words.length != 4) {
            throw new AssertionError("the look-ups ended: " + line);
        }
        return new Outcome(
                Integer.parseInt(words[0]),
                Integer.parseInt(words[1]),
                Long.parseLong(words[2]),
                words[3]);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
}
