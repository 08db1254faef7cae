package io.epmesh.epmd;

import io.epmesh.epmd.Owner.Connection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// Finds half-open connections: the client, on this host, has closed its end, and what says so does
/// not arrive. Confined to the event loop.
///
/// Linux lists the client's own socket in `/proc/net/tcp` and `tcp6`. In FIN_WAIT1 or FIN_WAIT2 it
/// has sent its FIN, once and for all. Any other state, and a socket that is not listed, say
/// nothing: the client may be in another network namespace. A reading costs as much as there are
/// sockets, so it happens on a thread of its own, one at a time, and answers all that was asked
/// before it.
final class HalfOpen {
    private static final System.Logger LOG = System.getLogger(HalfOpen.class.getName());
    private static final Path TABLES = Path.of("/proc/self/net");
    private static final Set<String> FIN_SENT = Set.of("04", "05");

    private record Question(Connection connection, Consumer<Boolean> answer) {}

    private final Executor loop;
    private final Executor reader;
    private final Path tables;

    private List<Question> open = new ArrayList<>();
    private boolean reading;

    HalfOpen(Executor loop, Executor reader, Path tables) {
        this.loop = loop;
        this.reader = reader;
        this.tables = tables;
    }

    /// As this system lists its sockets; where it does not, nothing is half-open.
    static HalfOpen ofThisSystem(Executor loop) {
        return new HalfOpen(loop, task -> Thread.ofVirtual().name("half-open").start(task), TABLES);
    }

    /// Answers on the event loop whether the connection is half-open.
    void check(Connection connection, Consumer<Boolean> answer) {
        open.add(new Question(connection, answer));
        if (!reading) {
            read();
        }
    }

    private void read() {
        reading = true;
        List<Question> asked = open;
        open = new ArrayList<>();
        List<Connection> connections = asked.stream().map(Question::connection).toList();
        reader.execute(() -> {
            Set<Connection> found = find(connections);
            try {
                loop.execute(() -> tell(asked, found));
            } catch (RejectedExecutionException closed) {
                // and with the server all who wait for the answer
            }
        });
    }

    private void tell(List<Question> asked, Set<Connection> found) {
        reading = false;
        if (!open.isEmpty()) {
            read();
        }
        asked.forEach(each -> each.answer().accept(found.contains(each.connection())));
    }

    private Set<Connection> find(List<Connection> connections) {
        Map<String, Connection> byEnds = new HashMap<>();
        for (Connection each : connections) {
            byEnds.put(listed(each.client(), "") + " " + listed(each.server(), ""), each);
            if (each.client().getAddress() instanceof Inet4Address) {
                String mapped = "0000000000000000" + word(new byte[] {0, 0, -1, -1}, 0);
                byEnds.put(
                        listed(each.client(), mapped) + " " + listed(each.server(), mapped), each);
            }
        }
        Set<Connection> found = new HashSet<>();
        for (String table : List.of("tcp", "tcp6")) {
            Path file = tables.resolve(table);
            if (Files.exists(file)) {
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    lines.lines().forEach(line -> addIfFinSent(line, byEnds, found));
                } catch (IOException | UncheckedIOException e) {
                    LOG.log(Level.WARNING, "{0}: {1}", file, e.toString());
                }
            }
        }
        return found;
    }

    /// Columns: number, local address, remote address, state, and more.
    private static void addIfFinSent(
            String line, Map<String, Connection> byEnds, Set<Connection> found) {
        if (!line.contains(" 04 ") && !line.contains(" 05 ")) {
            return; // as most: tens of thousands may be in TIME_WAIT
        }
        String[] columns = line.strip().split(" +", 5);
        if (columns.length == 5 && FIN_SENT.contains(columns[3])) {
            Connection connection = byEnds.get(columns[1] + " " + columns[2]);
            if (connection != null) {
                found.add(connection);
            }
        }
    }

    /// Address and port as the kernel lists them: the address as words in its own byte order.
    private static String listed(InetSocketAddress end, String prefix) {
        InetAddress address = end.getAddress();
        byte[] bytes = address.getAddress();
        StringBuilder hex = new StringBuilder(prefix);
        for (int at = 0; at < bytes.length; at += Integer.BYTES) {
            hex.append(word(bytes, at));
        }
        return hex + ":" + HexFormat.of().withUpperCase().toHexDigits((char) end.getPort());
    }

    private static String word(byte[] bytes, int at) {
        int word = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getInt(at);
        return HexFormat.of().withUpperCase().toHexDigits(word);
    }
}
