package io.epmesh.node.adoption;

import io.epmesh.node.adoption.SocketHolders.Holder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The listening sockets of another process, shared with this one: a port can pass from one to the
/// other without a moment in which a client is refused. For the thread that starts the peer.
final class CopiedSockets {
    private static final int QUIET_TRIES = 100;
    private static final long PAUSE_MILLIS = 2;
    private static final int END_TRIES = 1_000;
    private static final Set<String> OPEN = Set.of("01", "08"); // connected, or half-closed

    private final ForeignProcess process;
    private final Holder holder;
    private final int port;
    private final List<Integer> descriptors;

    private CopiedSockets(
            ForeignProcess process, Holder holder, int port, List<Integer> descriptors) {
        this.process = process;
        this.holder = holder;
        this.port = port;
        this.descriptors = descriptors;
    }

    /// Copies sockets; empty unless that is allowed, for all of them.
    ///
    /// @param holder their process
    /// @param inodes what names them
    /// @param port on which they listen
    static Optional<CopiedSockets> of(Holder holder, Set<Long> inodes, int port) {
        Optional<ForeignProcess> process = ForeignProcess.open(holder.pid());
        if (process.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> copies = new ArrayList<>();
        Map<Long, Integer> descriptors = SocketHolders.descriptors(holder);
        for (long inode : inodes) {
            Integer descriptor = descriptors.get(inode);
            OptionalInt copy =
                    descriptor == null ? OptionalInt.empty() : process.get().copy(descriptor);
            copy.ifPresent(copies::add);
        }
        CopiedSockets sockets = new CopiedSockets(process.get(), holder, port, List.copyOf(copies));
        if (copies.size() < inodes.size()) {
            sockets.discard();
            return Optional.empty();
        }
        return Optional.of(sockets);
    }

    /// The copies, this process' own.
    List<Integer> descriptors() {
        return descriptors;
    }

    /// Gives the copies up.
    void discard() {
        descriptors.forEach(ForeignProcess::close);
        process.close();
    }

    /// Kills the other process, at a moment at which it has read all that its clients have sent: it
    /// is stopped for that, two milliseconds at a time.
    ///
    /// @return whether it has ended
    boolean endHolder() throws InterruptedException {
        for (int i = 0; i < QUIET_TRIES && process.signal(ForeignProcess.SIGSTOP); i++) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            if (!hasUnread()) {
                break;
            }
            boolean _ = process.signal(ForeignProcess.SIGCONT);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        boolean signalled = process.signal(ForeignProcess.SIGKILL);
        boolean ended = false;
        for (int i = 0; signalled && !ended && i < END_TRIES; i++) {
            ended = SocketHolders.descriptors(holder).isEmpty();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        process.close();
        return ended;
    }

    private boolean hasUnread() {
        Set<Long> inodes = SocketHolders.descriptors(holder).keySet();
        String localPort = ":%04X".formatted(port);
        try {
            for (String[] columns : TcpTable.rows()) {
                if (columns[1].endsWith(localPort)
                        && OPEN.contains(columns[3])
                        && !columns[4].endsWith(":00000000")
                        && inodes.contains(Long.parseLong(columns[9]))) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // no such system
        }
        return false;
    }
}
