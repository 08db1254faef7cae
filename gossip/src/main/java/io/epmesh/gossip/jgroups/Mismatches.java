package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.jgroups.HelloDecoder.ForeignVersionException;
import io.epmesh.gossip.jgroups.MeshKey.ForeignKeyException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// Warns of peers that do not fit: they hold another key than this mesh's, mostly on a host where
/// the new key file was forgotten, or speak no version that this peer speaks. Once an hour for each
/// source. Owned by the event loop.
final class Mismatches {
    private static final System.Logger LOG = System.getLogger(Mismatches.class.getName());
    private static final String SAME_KEY = " (expected: the same key-file on all hosts)";
    private static final long QUIET_NANOS = TimeUnit.HOURS.toNanos(1);

    /// Sources that are remembered; beyond them the one that was warned of first is forgotten.
    private static final int MAX_SOURCES = 256;

    private final LongSupplier nanoTime;
    private final Map<InetAddress, Long> warned = new LinkedHashMap<>();

    Mismatches(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Looks at what ended a connection.
    void failed(@Nullable SocketAddress remote, Throwable cause) {
        if (remote instanceof InetSocketAddress source) {
            for (Throwable each = cause; each != null; each = each.getCause()) {
                if (each instanceof ForeignKeyException) {
                    warn(source.getAddress(), "presents another mesh's key" + SAME_KEY);
                    return;
                }
                if (each instanceof ForeignVersionException) {
                    warn(source.getAddress(), String.valueOf(each.getMessage()));
                    return;
                }
                if (each instanceof SSLHandshakeException
                        && String.valueOf(each.getMessage())
                                .contains("alert: certificate_unknown")) {
                    warn(source.getAddress(), "does not know this mesh's key" + SAME_KEY);
                    return;
                }
            }
        }
    }

    private void warn(InetAddress source, String what) {
        long now = nanoTime.getAsLong();
        Long last = warned.get(source);
        if (last != null && now - last < QUIET_NANOS) {
            return;
        }
        warned.remove(source);
        warned.put(source, now);
        if (warned.size() > MAX_SOURCES) {
            warned.remove(warned.keySet().iterator().next());
        }
        LOG.log(Level.WARNING, "gossip: {0} {1}", source.getHostAddress(), what);
    }
}
