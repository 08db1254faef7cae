package io.epmesh.node.adoption;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The process at the other end of a connection within this host, as Linux shows it under `/proc`.
public final class ClientProcess {
    private static final String CONNECTED = "01";

    private ClientProcess() {}

    /// The ports at which the process of a client listens. Reads the table of all connections, and
    /// the descriptors of all processes.
    ///
    /// @param client the process' end of the connection
    /// @param server this process' end
    /// @return none too where it is another host's, or another user's that may not be looked at
    public static Set<Integer> listensAt(InetSocketAddress client, InetSocketAddress server) {
        List<Long> inodes = inodes(client.getPort(), server.getPort());
        if (inodes.size() != 1) {
            return Set.of();
        }
        List<SocketHolders.Holder> holders = SocketHolders.of(Set.copyOf(inodes));
        if (holders.size() != 1) {
            return Set.of();
        }
        Set<Long> sockets = SocketHolders.descriptors(holders.getFirst()).keySet();
        return ListeningSockets.read()
                .map(listening -> listening.portsOf(sockets))
                .orElse(Set.of());
    }

    /// The sockets that are connected from one port to another.
    private static List<Long> inodes(int from, int to) {
        List<Long> inodes = new ArrayList<>();
        String local = ":%04X".formatted(from);
        String remote = ":%04X".formatted(to);
        try {
            for (String[] columns : TcpTable.rows()) {
                if (columns[1].endsWith(local)
                        && columns[2].endsWith(remote)
                        && columns[3].equals(CONNECTED)) {
                    inodes.add(Long.parseLong(columns[9]));
                }
            }
        } catch (IOException e) {
            return List.of(); // no such system
        }
        return inodes;
    }
}
