package io.epmesh.node.adoption;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The TCP sockets that listen in this network namespace, on whichever address, as Linux lists them
/// in `/proc/net/tcp` and `tcp6`. Immutable.
public final class ListeningSockets {
    private static final Path TABLES = Path.of("/proc/self/net");
    private static final String LISTENING = "0A";

    private final Map<Integer, List<Listener>> byPort;

    private ListeningSockets(Map<Integer, List<Listener>> byPort) {
        this.byPort = byPort;
    }

    /// One of them.
    ///
    /// @param address where it listens, perhaps on all
    /// @param inode names the socket until the next boot
    public record Listener(InetAddress address, long inode) {
        private static final InetAddress LOOPBACK_V4 = InetAddress.ofLiteral("127.0.0.1");
        private static final InetAddress LOOPBACK_V6 = InetAddress.ofLiteral("::1");

        /// Where this host reaches it.
        InetAddress dialled() {
            if (!address.isAnyLocalAddress()) {
                return address;
            }
            return address instanceof Inet6Address ? LOOPBACK_V6 : LOOPBACK_V4;
        }
    }

    /// Reads the kernel's tables. Costs as much as there are listening sockets, not connections:
    /// the kernel lists the former first.
    ///
    /// @return the sockets; empty where the system does not list them
    public static Optional<ListeningSockets> read() {
        return read(TABLES);
    }

    static Optional<ListeningSockets> read(Path directory) {
        Map<Integer, List<Listener>> byPort = new HashMap<>();
        boolean any = false;
        for (String table : List.of("tcp", "tcp6")) {
            Path file = directory.resolve(table);
            if (Files.exists(file)) { // a kernel without IPv6 has no tcp6
                try (BufferedReader lines = Files.newBufferedReader(file)) {
                    add(lines, byPort);
                    any = true;
                } catch (IOException e) {
                    return Optional.empty();
                }
            }
        }
        return any ? Optional.of(new ListeningSockets(byPort)) : Optional.empty();
    }

    /// Columns: number, local address, remote address, state, queues, timer, retransmits, user,
    /// timeout, inode.
    private static void add(BufferedReader lines, Map<Integer, List<Listener>> byPort)
            throws IOException {
        String heading = lines.readLine();
        String line = heading == null ? null : lines.readLine();
        while (line != null) {
            String[] columns = line.strip().split("\\s+", 11);
            if (columns.length < 10 || !columns[3].equals(LISTENING)) {
                return;
            }
            int colon = columns[1].indexOf(':');
            int port = Integer.parseInt(columns[1].substring(colon + 1), 16);
            Listener listener =
                    new Listener(
                            address(columns[1].substring(0, colon)), Long.parseLong(columns[9]));
            byPort.computeIfAbsent(port, _ -> new ArrayList<>()).add(listener);
            line = lines.readLine();
        }
    }

    /// Words of 32 bits in hex, each printed as the machine's own number.
    private static InetAddress address(String hex) throws UnknownHostException {
        ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i < hex.length(); i += 8) {
            bytes.putInt(Integer.parseUnsignedInt(hex, i, i + 8, 16));
        }
        return InetAddress.getByAddress(bytes.array());
    }

    /// {@return who listens at a port, on all addresses together}
    ///
    /// @param port 0..65535
    public List<Listener> at(int port) {
        return byPort.getOrDefault(port, List.of());
    }

    /// {@return the inode of the one socket that listens at a port; empty if there are none or
    /// several}
    ///
    /// @param port 0..65535
    public OptionalLong onlyOneAt(int port) {
        List<Listener> listeners = at(port);
        return listeners.size() == 1
                ? OptionalLong.of(listeners.getFirst().inode())
                : OptionalLong.empty();
    }

    /// {@return the ports at which some sockets listen}
    ///
    /// @param inodes of sockets, listening or not
    Set<Integer> portsOf(Set<Long> inodes) {
        Set<Integer> ports = new HashSet<>();
        byPort.forEach((port, listeners) -> {
            if (listeners.stream().anyMatch(listener -> inodes.contains(listener.inode()))) {
                ports.add(port);
            }
        });
        return ports;
    }

    boolean holds(int port, long inode) {
        return at(port).stream().anyMatch(listener -> listener.inode() == inode);
    }
}
