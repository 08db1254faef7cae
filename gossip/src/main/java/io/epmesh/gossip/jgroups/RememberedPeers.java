package io.epmesh.gossip.jgroups;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The file in which a peer remembers where it met others, so that a mesh finds itself again when
/// all were down and the seeds are gone. One `address:port` a line, IPv6 in brackets. Best effort:
/// what cannot be read or written is said once, and the peer does without. Confined to the thread
/// `gossip-join`.
final class RememberedPeers {
    static final int MAX = 256;

    private static final System.Logger LOG = System.getLogger(RememberedPeers.class.getName());
    private static final Pattern LINE =
            Pattern.compile("(?:\\[([^\\]]+)\\]|([0-9.]+)):([0-9]{1,5})");
    private static final int MAX_FILE_BYTES = 64 * 1_024;

    private final Path file;
    private List<String> last = List.of();
    private boolean complained;

    RememberedPeers(Path file) {
        this.file = file;
    }

    /// The places in the file; lines that are none are left out.
    List<InetSocketAddress> load() {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new IOException("longer than %d bytes".formatted(MAX_FILE_BYTES));
            }
            List<InetSocketAddress> places =
                    Files.readAllLines(file).stream()
                            .flatMap(line -> parse(line.strip()).stream())
                            .limit(MAX)
                            .toList();
            last = lines(places);
            return places;
        } catch (NoSuchFileException _) {
            return List.of(); // the first start
        } catch (IOException | RuntimeException e) {
            complain(e);
            return List.of();
        }
    }

    /// Writes the places, if they are others than the last time. Nobody met is no reason to forget.
    void store(Collection<InetSocketAddress> places) {
        List<String> lines = lines(places);
        if (lines.isEmpty() || lines.equals(last)) {
            return;
        }
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.write(fresh, lines);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            last = lines;
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(Exception e) {
        if (!complained) {
            complained = true;
            LOG.log(
                    Level.WARNING,
                    "gossip: where peers were met cannot be kept in {0}: {1}",
                    file,
                    e.toString());
        }
    }

    private static List<String> lines(Collection<InetSocketAddress> places) {
        return places.stream().map(RememberedPeers::text).sorted().limit(MAX).toList();
    }

    private static String text(InetSocketAddress place) {
        String host = place.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + place.getPort();
    }

    private static Optional<InetSocketAddress> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String literal = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        int port = Integer.parseInt(matcher.group(3));
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            return port >= 1 && port <= 65535
                    ? Optional.of(new InetSocketAddress(address, port))
                    : Optional.empty();
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }
}
