package io.epmesh.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// One host: a network, a host name, an address, a directory for its files.
///
/// @param entry how a command gets onto it
/// @param name its host name, which resolves on all hosts
/// @param address its IPv4 address
/// @param directory where its peer keeps configuration, data and log
record Host(Entry entry, String name, String address, Path directory) {
    private static final int API_MILLIS = 10_000;

    /// A process on this host, to be started. It has a session of its own, as a service has: where
    /// the kernel schedules by sessions, it competes with what else runs on the machine and not as
    /// one of many that this program started.
    ProcessBuilder process(String... command) {
        return new ProcessBuilder(entry.command(List.of(command)));
    }

    /// Sends SIGKILL to what was started by [#process], and waits for its end.
    void kill(Process process) {
        entry.inside(process).destroyForcibly();
        signal("CONT", process.toHandle()); // a launcher stands still with what it waits for
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /// Sends a signal to what was started by [#process].
    void signal(String name, Process process) {
        signal(name, entry.inside(process));
        if (name.equals("CONT")) {
            signal(name, process.toHandle());
        }
    }

    private static void signal(String name, ProcessHandle process) {
        Commands.run("kill", "-" + name, "" + process.pid());
    }

    /// Runs a command on this host to its end.
    Finished run(String... command) {
        return Commands.run(process(command));
    }

    /// `bin/epmesh` with these arguments on this host.
    Finished epmesh(String... arguments) {
        return Commands.run(Peer.withApp(process(Peer.commandLine(arguments))));
    }

    /// The JSON that the peer of this host answers to GET `/api/v1/` + `path`.
    Json api(String path) {
        String answer =
                call(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4371),
                                API_MILLIS);
                        socket.setSoTimeout(API_MILLIS);
                        socket.getOutputStream()
                                .write(
                                        "GET /api/v1/%s HTTP/1.0\r\nHost: 127.0.0.1:4371\r\n\r\n"
                                                .formatted(path)
                                                .getBytes(StandardCharsets.US_ASCII));
                        return new String(
                                socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                    }
                });
        int body = answer.indexOf("\r\n\r\n");
        if (!answer.matches("(?s)HTTP/1\\.[01] 200 .*") || body < 0) {
            throw new AssertionError("GET " + path + " on " + name + ": " + answer);
        }
        return Json.parse(answer.substring(body + 4));
    }

    /// What `inside` makes of the network as this host has it.
    ///
    /// @throws AssertionError if it fails
    <T> T call(Callable<T> inside) {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    Namespace.enter(entry::network);
                    return inside.call();
                });
        Thread _ = Thread.ofPlatform().name(name + "-call").daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new AssertionError("on " + name + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("on " + name + ": interrupted", e);
        }
    }

    /// Starts a thread of this program whose sockets are this host's.
    Thread thread(String threadName, Runnable inside) {
        return Thread.ofPlatform()
                .name(threadName)
                .daemon()
                .start(() -> {
                    Namespace.enter(entry::network);
                    inside.run();
                });
    }

    /// Copies its peer's log, if there is one, to `NAME.log` of a directory.
    void keepLog(Path logs) throws IOException {
        Path log = directory.resolve("log");
        if (Files.exists(log)) {
            Files.copy(log, logs.resolve(name + ".log"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /// What gives a command the clock of this host, where it has one; see [Clock].
    List<String> clock() {
        return Clock.of(this).command();
    }

    /// Asks the EPMD of `target` from this host.
    EpmdQuery epmdOf(String target) {
        return new EpmdQuery(this, target);
    }

    /// Drops what comes from `other`; what goes there still does.
    void dropFrom(Host other) {
        iptables("-I INPUT -s " + other.address + " -j", "DROP");
    }

    /// Does something (`DROP`, `REJECT --reject-with tcp-reset`) to TCP from others, in one rule
    /// set.
    void refuseFrom(Collection<Host> others, String... target) {
        String sources = others.stream().map(Host::address).collect(Collectors.joining(","));
        iptables("-I INPUT -s " + sources + " -p tcp -j", target);
    }

    /// Loses a part of all packets that come from other hosts.
    void lose(String probability) {
        iptables(
                "-I INPUT ! -i lo -m statistic --mode random --probability %s -j"
                        .formatted(probability),
                "DROP");
    }

    /// The packet filter's program is this machine's: a host needs none.
    private void iptables(String rule, String... target) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + entry.network()));
        command.addAll(List.of("iptables", "-w"));
        command.addAll(List.of(rule.split(" ", -1)));
        command.addAll(List.of(target));
        Commands.run(command.toArray(String[]::new)).orFail();
    }

    /// Drops what comes for a TCP port from any other host.
    void dropPort(int port) {
        iptables("-I INPUT ! -i lo -p tcp --dport " + port + " -j", "DROP");
    }

    /// Drops all that comes from others, but what belongs to connections to these TCP ports, and to
    /// those that this host opens.
    void acceptOnly(String... ports) {
        iptables("-P INPUT", "DROP");
        iptables("-I INPUT -i lo -j", "ACCEPT");
        iptables("-I INPUT -p tcp ! --syn -j", "ACCEPT");
        iptables(
                "-I INPUT -p tcp -m multiport --dports %s -j".formatted(String.join(",", ports)),
                "ACCEPT");
    }

    /// Drops nothing any more.
    void dropNothing() {
        iptables("-F", "INPUT");
    }

    @Override
    public String toString() {
        return name;
    }
}
