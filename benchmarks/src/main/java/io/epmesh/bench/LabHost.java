package io.epmesh.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One host of a [Lab]: its namespace, and the program that is measured on it. One thread.
final class LabHost implements AutoCloseable {
    static final int EPMD = 4369;

    private static final byte ALIVE2_REQ = 120;
    private static final int UTIME_AT = 11;
    private static final long NANOS_PER_TICK = 10_000_000;

    private final int number;
    private final Namespace namespace;
    private final Path log;
    private @Nullable Process process;
    private List<String> command = List.of();

    /// A registered name.
    ///
    /// @param connection holds it
    /// @param ackNanos when the answer was there
    record Held(SocketChannel connection, long ackNanos) {}

    LabHost(int number, Path directory) throws IOException, InterruptedException {
        this.number = number;
        this.namespace = new Namespace(name());
        this.log = directory.resolve(name() + ".log");
    }

    /// Their numbers.
    static Set<Integer> numbers(List<LabHost> hosts) {
        return hosts.stream().map(LabHost::number).collect(Collectors.toUnmodifiableSet());
    }

    int number() {
        return number;
    }

    String name() {
        return "h" + number;
    }

    String address() {
        return "10.77.0." + number;
    }

    Namespace namespace() {
        return namespace;
    }

    /// Runs a program on this host, in the place of the one before.
    void start(List<String> program) throws IOException {
        command = inside(program);
        restart();
    }

    /// Starts the program again.
    void restart() throws IOException {
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
    }

    /// A command line that runs on this host.
    List<String> inside(List<String> program) {
        List<String> all = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name()));
        all.addAll(program);
        return all;
    }

    /// Kills the program with -9.
    void kill() {
        running().destroyForcibly().onExit().join();
    }

    /// Sends a signal to the program.
    void signal(String signal) throws IOException, InterruptedException {
        Lab.run(List.of("kill", "-" + signal, Long.toString(running().pid())));
    }

    /// Registers a name with this host's epmd.
    Held register(String name, int port) throws IOException, InterruptedException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(15 + bytes.length);
        frame.putShort((short) (13 + bytes.length)).put(ALIVE2_REQ).putShort((short) port);
        frame.put((byte) 77).put((byte) 0).putShort((short) 6).putShort((short) 5);
        frame.putShort((short) bytes.length).put(bytes).putShort((short) 0);
        SocketChannel connection = namespace.connect(EPMD);
        connection.write(frame.flip());
        ByteBuffer reply = ByteBuffer.allocate(6);
        while (reply.hasRemaining() && connection.read(reply) >= 0) {}
        long ack = System.nanoTime();
        if (reply.hasRemaining() || reply.get(1) != 0) {
            throw new IOException("%s on %s: not registered".formatted(name, name()));
        }
        return new Held(connection, ack);
    }

    /// Processor time of the program so far, of all threads, in steps of 10 ms.
    long cpuNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(running().pid()), "stat"));
        Scanner fields = new Scanner(stat.substring(stat.lastIndexOf(')') + 1));
        for (int skipped = 0; skipped < UTIME_AT; skipped++) {
            fields.next();
        }
        return (fields.nextLong() + fields.nextLong()) * NANOS_PER_TICK;
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name() + " runs nothing");
        }
        return process;
    }

    /// Ends the program.
    private void stop() {
        if (process != null) {
            kill();
        }
    }

    @Override
    public void close() {
        stop();
        namespace.close();
    }
}
