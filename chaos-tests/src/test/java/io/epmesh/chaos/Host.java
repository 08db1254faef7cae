package io.epmesh.chaos;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;

/// One host: a network namespace, a host name, an address, a directory for its files.
///
/// @param namespace the name of its network namespace
/// @param name its host name, which resolves on all hosts
/// @param address its IPv4 address
/// @param directory where its peer keeps configuration, data and log
record Host(String namespace, String name, String address, Path directory) {
    // The command replaces each of the launchers in turn: the process that was started is the
    // command itself, and signals reach it.
    private static final String WITH_HOST_NAME = "hostname \"$0\" && exec \"$@\"";

    private static final int API_MILLIS = 10_000;

    /// A process on this host, to be started. It has a session of its own, as a service has: where
    /// the kernel schedules by sessions, it competes with what else runs on the machine and not as
    /// one of many that this program started.
    ProcessBuilder process(String... command) {
        List<String> whole = new ArrayList<>();
        whole.addAll(List.of("ip", "netns", "exec", namespace, "setsid", "unshare", "--uts"));
        whole.addAll(List.of("sh", "-c", WITH_HOST_NAME, name));
        whole.addAll(List.of(command));
        return new ProcessBuilder(whole);
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
        FutureTask<T> task = new FutureTask<>(inside);
        Thread _ = thread(name + "-call", task);
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
                    Namespace.enter(namespace);
                    inside.run();
                });
    }

    /// Asks the EPMD of `target` from this host.
    EpmdQuery epmdOf(String target) {
        return new EpmdQuery(this, target);
    }

    /// Drops what comes from `other`; what goes there still does.
    void dropFrom(Host other) {
        run("iptables", "-w", "-I", "INPUT", "-s", other.address, "-j", "DROP").orFail();
    }

    /// Does something (`DROP`, `REJECT --reject-with tcp-reset`) to TCP from others, in one rule
    /// set.
    void refuseFrom(Collection<Host> others, String... target) {
        String sources = others.stream().map(Host::address).collect(Collectors.joining(","));
        iptables("-s " + sources + " -p tcp -j", target);
    }

    /// Loses a part of all packets that come from other hosts.
    void lose(String probability) {
        iptables("! -i lo -m statistic --mode random --probability " + probability + " -j", "DROP");
    }

    private void iptables(String match, String... target) {
        List<String> command = new ArrayList<>(List.of("iptables", "-w", "-I", "INPUT"));
        command.addAll(List.of(match.split(" ", -1)));
        command.addAll(List.of(target));
        run(command.toArray(String[]::new)).orFail();
    }

    /// Drops what comes for a TCP port from any other host.
    void dropPort(int port) {
        run(
                        "iptables",
                        "-w",
                        "-I",
                        "INPUT",
                        "!",
                        "-i",
                        "lo",
                        "-p",
                        "tcp",
                        "--dport",
                        "" + port,
                        "-j",
                        "DROP")
                .orFail();
    }

    /// Drops all that comes from others, but what belongs to connections to these TCP ports, and to
    /// those that this host opens.
    void acceptOnly(String... ports) {
        run("iptables", "-w", "-P", "INPUT", "DROP").orFail();
        iptables("-i lo -j", "ACCEPT");
        iptables("-p tcp ! --syn -j", "ACCEPT");
        iptables("-p tcp -m multiport --dports " + String.join(",", ports) + " -j", "ACCEPT");
    }

    /// Drops nothing any more.
    void dropNothing() {
        run("iptables", "-w", "-F", "INPUT").orFail();
    }

    void plugInto(String wireNamespace, String bridge) {
        ip("netns", "add", namespace);
        ip(
                "-n",
                wireNamespace,
                "link",
                "add",
                name,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                namespace);
        ip("-n", wireNamespace, "link", "set", name, "master", bridge, "up");
        ip("-n", namespace, "link", "set", "lo", "up");
        // No link-local IPv6 address, past which no cut would reach.
        ip("-n", namespace, "link", "set", "eth0", "addrgenmode", "none");
        ip("-n", namespace, "address", "add", address + "/24", "dev", "eth0");
        ip("-n", namespace, "link", "set", "eth0", "up");
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Commands.run(command.toArray(String[]::new)).orFail();
    }

    @Override
    public String toString() {
        return name;
    }
}
