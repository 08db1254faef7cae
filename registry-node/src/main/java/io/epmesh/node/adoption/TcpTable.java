package io.epmesh.node.adoption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The TCP connections of this network namespace, as Linux lists them in `/proc/net/tcp` and
/// `tcp6`.
final class TcpTable {
    private static final int COLUMNS = 11;

    private TcpTable() {}

    /// {@return the columns of each connection: number, local address, remote address, state,
    /// queues (sent:received), and more; the tenth is the socket's inode}
    ///
    /// @throws IOException if a table cannot be read
    static List<String[]> rows() throws IOException {
        List<String[]> rows = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            Path file = Path.of("/proc/self/net", table);
            if (Files.exists(file)) {
                Files.readAllLines(file).stream()
                        .skip(1)
                        .map(line -> line.strip().split(" +", COLUMNS))
                        .filter(columns -> columns.length == COLUMNS)
                        .forEach(rows::add);
            }
        }
        return rows;
    }
}
