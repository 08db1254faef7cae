package io.epmesh.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A TCP socket of a process, as Linux lists it for the host on which the process runs.
///
/// @param localPort its own port
/// @param remotePort the other end's, 0 while it listens
/// @param state the kernel's number in hexadecimal, `01` is connected
record TcpSocket(int localPort, int remotePort, String state) {
    private static final String CONNECTED = "01";

    /// All that a process holds.
    static List<TcpSocket> of(long pid) throws IOException {
        Path process = Path.of("/proc", "" + pid);
        Set<String> inodes = new HashSet<>();
        try (var descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                String link = target(descriptor);
                if (link.startsWith("socket:")) {
                    inodes.add(link.replaceAll("\\D", ""));
                }
            }
        }
        List<TcpSocket> sockets = new ArrayList<>();
        for (String table : List.of("net/tcp", "net/tcp6")) {
            for (String line : Files.readAllLines(process.resolve(table))) {
                String[] columns = line.strip().split(" +", 11);
                if (columns.length > 9 && inodes.contains(columns[9])) {
                    sockets.add(new TcpSocket(port(columns[1]), port(columns[2]), columns[3]));
                }
            }
        }
        return sockets;
    }

    /// What a descriptor leads to; nothing if it was closed meanwhile.
    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException closed) {
            return "";
        }
    }

    private static int port(String end) {
        return Integer.parseInt(end.substring(end.indexOf(':') + 1), 16);
    }

    /// Whether it is connected to this port.
    boolean leadsTo(int port) {
        return remotePort == port && state.equals(CONNECTED);
    }
}
