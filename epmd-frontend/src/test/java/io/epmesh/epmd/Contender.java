package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;

/// One of the two servers that are compared, known by its port alone.
record Contender(String title, int port) {
    private static final int LONGEST_REPLY = 1 << 20;

    Wire connect(Exchange exchange) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral(Exchange.LOOPBACK);
        InetAddress source = exchange.sourceAddress();
        return source.equals(loopback)
                ? new Wire(loopback, port)
                : new Wire(
                        source,
                        source instanceof Inet6Address ? InetAddress.ofLiteral("::1") : loopback,
                        port);
    }

    /// What NAMES lists, bytes as Latin-1.
    String names() throws IOException {
        return list("0001 6e");
    }

    /// What DUMP lists, bytes as Latin-1.
    String dump() throws IOException {
        return list("0001 64");
    }

    private String list(String request) throws IOException {
        try (Wire wire = new Wire(InetAddress.getLoopbackAddress(), port)) {
            Outcome reply = new Outcome(wire.send(request).readUntilEnd(LONGEST_REPLY), false);
            assertThat(isListing(reply)).as("%s: %s", title, reply).isTrue();
            return listed(reply);
        }
    }

    /// Whether this is a reply to NAMES or DUMP.
    boolean isListing(Outcome outcome) {
        return outcome.hex().startsWith("%08x".formatted(port));
    }

    /// What it lists, bytes as Latin-1.
    String listed(Outcome listing) {
        byte[] bytes = listing.bytes();
        return new String(bytes, Integer.BYTES, bytes.length - Integer.BYTES, ISO_8859_1);
    }

    /// Returns when everything that was sent before has been read: the servers serve in one thread,
    /// in no order within a round of polling, so the second answer is of a later round.
    void settle() throws IOException {
        names();
        names();
    }

    /// Reads the reply, whose end is told by the connection or, for ALIVE2, by its first byte.
    static Outcome read(Wire wire, Exchange.End end) throws IOException {
        if (end == Exchange.End.HALF_CLOSE) {
            return new Outcome(wire.readUntilEnd(LONGEST_REPLY), false);
        }
        String first = wire.readUntilEnd(1);
        return switch (first) {
            case "76" -> new Outcome(first + wire.readUntilEnd(5), true);
            case "79" -> new Outcome(first + wire.readUntilEnd(3), true);
            default -> new Outcome(first + wire.readUntilEnd(LONGEST_REPLY), false);
        };
    }
}
