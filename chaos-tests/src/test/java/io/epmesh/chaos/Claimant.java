package io.epmesh.chaos;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// A process of a host that registers a name by raw bytes, with any EPMD port and for any port of
/// its own, and keeps the connection until it is killed. Whoever may or may not listen there is no
/// part of it.
final class Claimant implements AutoCloseable {
    private static final String SCRIPT =
            """
            exec 3<>"/dev/tcp/127.0.0.1/$0" || exit
            printf "$1" >&3
            head -c 6 <&3 | od -An -v -tx1
            exec cat <&3 >/dev/null
            """;
    private static final String GRANTED = "76 00 ";
    private static final String REFUSED = "76 01 ";

    private final Process process;
    private final int epmdPort;
    private final boolean granted;

    private Claimant(Process process, int epmdPort, boolean granted) {
        this.process = process;
        this.epmdPort = epmdPort;
        this.granted = granted;
    }

    /// Asks for a name and waits for the answer.
    ///
    /// @param port the distribution port that it claims to have, 0..65535
    static Claimant register(Host host, int epmdPort, String name, int port) throws IOException {
        Process process =
                host.process("bash", "-c", SCRIPT, "" + epmdPort, escaped(request(name, port)))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String reply = String.valueOf(process.inputReader().readLine()).strip() + " ";
        if (!reply.startsWith(GRANTED) && !reply.startsWith(REFUSED)) {
            process.destroyForcibly();
            throw new AssertionError("register " + name + " at " + epmdPort + ": " + reply);
        }
        return new Claimant(process, epmdPort, reply.startsWith(GRANTED));
    }

    /// ALIVE2_REQ of an Erlang node, with its length.
    static byte[] request(String name, int port) {
        int length = 13 + name.length();
        byte[] head = {0, (byte) length, 120, (byte) (port >> 8), (byte) port, 77, 0, 0, 6, 0, 5};
        byte[] all = new byte[length + 2];
        System.arraycopy(head, 0, all, 0, head.length);
        all[head.length + 1] = (byte) name.length();
        for (int i = 0; i < name.length(); i++) {
            all[head.length + 2 + i] = (byte) name.charAt(i);
        }
        return all;
    }

    private static String escaped(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            text.append("\\x%02x".formatted(each));
        }
        return text.toString();
    }

    /// Whether it got the name.
    boolean granted() {
        return granted;
    }

    /// Drops all packets of its connection, in both directions, from now on.
    void dropPackets(Host host) throws IOException {
        int own =
                TcpSocket.of(process.pid()).stream()
                        .filter(socket -> socket.leadsTo(epmdPort))
                        .findFirst()
                        .orElseThrow()
                        .localPort();
        String rule = "iptables -w -A INPUT -p tcp --sport %d --dport %d -j DROP";
        host.run("sh", "-c", rule.formatted(own, epmdPort) + "\n" + rule.formatted(epmdPort, own))
                .orFail();
    }

    /// Sends it a signal.
    void signal(String name) {
        Commands.run("kill", "-" + name, "" + process.pid()).orFail();
    }

    /// Sends it SIGKILL and waits for its end.
    void kill() {
        process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        kill();
    }
}
