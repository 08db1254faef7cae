package io.epmesh.gossip.jgroups;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// A peer in a process of its own, to be killed.
final class ChildPeer implements AutoCloseable {
    private final Process process;

    private ChildPeer(Process process) {
        this.process = process;
    }

    static ChildPeer start(int number, InetSocketAddress seed) throws IOException {
        List<String> command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildPeer.class.getName(),
                        Integer.toString(number),
                        Integer.toString(seed.getPort()));
        return new ChildPeer(
                new ProcessBuilder(command)
                        .redirectOutput(Redirect.DISCARD)
                        .redirectError(Redirect.DISCARD)
                        .start());
    }

    /// Runs the peer until its input ends: `NUMBER SEED_PORT`.
    static void main(String[] args) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        InetSocketAddress seed = new InetSocketAddress(loopback, Integer.parseInt(args[1]));
        try (TestPeer peer = TestPeer.start(Integer.parseInt(args[0]), seed)) {
            int end = System.in.read();
            System.out.println(peer.id + " ends after " + end);
        }
    }

    /// Ends the process as SIGKILL does.
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
