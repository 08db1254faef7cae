package io.epmesh.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Records what real JGroups members are told under faults, as the traces that [MembershipModel] is
/// held against. Run it by hand with the test class path and the directory for the traces; it takes
/// about a minute and a half. Each member is a process of its own ([TraceMember]); a fault between
/// members is a protocol above their transport that drops what certain senders sent, so that no
/// connection closes; a freeze is SIGSTOP, a kill SIGKILL.
final class TraceRecorder {
    private final long baseMillis = System.currentTimeMillis();
    private final List<Integer> ports;
    private final Map<Integer, Process> members = new HashMap<>();
    private final List<Trace.Event> events = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();

    private final int verifyMillis;

    private TraceRecorder(int size, int verifyMillis) throws IOException {
        ports = freePorts(size);
        this.verifyMillis = verifyMillis;
    }

    /// Records all traces into the directory named by the first argument.
    static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        record("split", directory, 4, 200, TraceRecorder::split);
        record("bridge", directory, 5, 200, TraceRecorder::bridge);
        record("one-way", directory, 4, 200, TraceRecorder::oneWay);
        record("freeze", directory, 4, 200, TraceRecorder::freeze);
        record("restart", directory, 4, 1000, TraceRecorder::restart);
    }

    private String split() throws Exception {
        fault("split 1 2 | 3 4");
        cut(List.of(1, 2), List.of(3, 4));
        cut(List.of(3, 4), List.of(1, 2));
        passSeconds(5);
        heal();
        passSeconds(6);
        return "1 and 2 hear nothing of 3 and 4, nor these of them, for 5 s.";
    }

    private String bridge() throws Exception {
        fault("bridge 1 2 | 4 5, both hear 3");
        cut(List.of(1, 2), List.of(4, 5));
        cut(List.of(4, 5), List.of(1, 2));
        passSeconds(6);
        heal();
        passSeconds(13);
        return "1 and 2 hear nothing of 4 and 5, nor these of them, for 6 s; 3 hears all.";
    }

    private String oneWay() throws Exception {
        fault("one-way 1 deaf to 4");
        cut(List.of(1), List.of(4));
        passSeconds(6);
        heal();
        passSeconds(10);
        return "1 hears nothing of 4 for 6 s; 4 hears all.";
    }

    private String freeze() throws Exception {
        fault("freeze 3");
        signal("STOP", 3);
        passSeconds(4);
        fault("thaw 3");
        signal("CONT", 3);
        passSeconds(8);
        return "3 is stopped with SIGSTOP for 4 s, then continued.";
    }

    private String restart() throws Exception {
        fault("kill 3");
        Process killed = members.get(3);
        if (killed == null) {
            throw new IllegalStateException("member 3 is not running");
        }
        killed.destroyForcibly().waitFor();
        fault("start 3 again");
        start(3, 2);
        passSeconds(4);
        return "3 is killed with SIGKILL and started again at once, on its port, as 3.2.";
    }

    private static void record(
            String name, Path directory, int size, int verifyMillis, Scenario scenario)
            throws Exception {
        TraceRecorder recorder = new TraceRecorder(size, verifyMillis);
        String how;
        try {
            for (int id = 1; id <= size; id++) {
                recorder.start(id, 1);
                recorder.passMillis(500);
            }
            recorder.passSeconds(3);
            how = scenario.run(recorder);
        } finally {
            recorder.end();
        }
        List<String> head =
                List.of(
                        "# Recorded by TraceRecorder: %d members of JGroups 5.5.7, a process each,"
                                .formatted(size),
                        "# over TCP on loopback; MERGE3 0.5/1 s, FD_ALL3 1 s/250 ms,"
                                + " VERIFY_SUSPECT2 %d ms,".formatted(verifyMillis),
                        "# join time-out 300 ms, view ack 200 ms. Each broadcasts a number every"
                                + " 250 ms,",
                        "# best effort. " + how);
        Files.write(
                directory.resolve(name + ".txt"),
                Stream.concat(head.stream(), recorder.lines()).toList());
    }

    private interface Scenario {
        String run(TraceRecorder recorder) throws Exception;
    }

    private void start(int id, int incarnation) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-Djgroups.use.jdk_logger=true", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(TraceMember.class.getName());
        command.addAll(List.of(Integer.toString(id), Integer.toString(incarnation)));
        command.add(Integer.toString(ports.get(id - 1)));
        command.add(Long.toString(baseMillis));
        command.add(Integer.toString(verifyMillis));
        ports.forEach(port -> command.add(Integer.toString(port)));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        members.put(id, process);
        Trace.Member member = new Trace.Member(id, incarnation);
        readers.add(
                Thread.ofVirtual()
                        .name("trace-" + member)
                        .start(() -> read(process.inputReader(StandardCharsets.UTF_8), member)));
    }

    private void read(BufferedReader output, Trace.Member member) {
        output.lines().forEach(line -> add(line, member));
    }

    private synchronized void add(String line, Trace.Member member) {
        String[] words = line.split(" ", 2);
        events.addAll(Trace.parse(List.of(words[0] + " " + member + " " + words[1])).events());
    }

    private synchronized void fault(String text) {
        events.add(new Trace.Fault(System.currentTimeMillis() - baseMillis, text));
    }

    private void cut(List<Integer> deaf, List<Integer> senders) {
        String ids = senders.stream().map(String::valueOf).collect(Collectors.joining(" "));
        deaf.forEach(id -> tell(id, "deaf " + ids));
    }

    private void heal() {
        fault("heal");
        members.keySet().forEach(id -> tell(id, "deaf"));
    }

    private void tell(int id, String line) {
        Process process = members.get(id);
        if (process == null) {
            throw new IllegalStateException("member " + id + " is not running");
        }
        PrintStream input =
                new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        input.println(line);
    }

    private void signal(String name, int id) throws Exception {
        Process process = members.get(id);
        if (process == null) {
            throw new IllegalStateException("member " + id + " is not running");
        }
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    private void passSeconds(long seconds) throws InterruptedException {
        passMillis(TimeUnit.SECONDS.toMillis(seconds));
    }

    /// Lets real time pass: a recording is of real time, unlike a test.
    private void passMillis(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    private void end() throws InterruptedException {
        members.values().forEach(Process::destroyForcibly);
        for (Thread reader : readers) {
            reader.join();
        }
    }

    private synchronized Stream<String> lines() {
        return TraceRuns.join(events.stream().sorted(BY_TIME).toList()).stream().map(Trace::format);
    }

    private static final Comparator<Trace.Event> BY_TIME =
            Comparator.comparingLong(Trace.Event::millis);

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        List<Integer> free = sockets.stream().map(ServerSocket::getLocalPort).toList();
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return free;
    }
}
