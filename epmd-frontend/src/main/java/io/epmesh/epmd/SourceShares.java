package io.epmesh.epmd;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// How much of something other hosts have, each of them and all together, and how much they may:
/// one host cannot keep the others out, nor all of them this one. Confined to one thread.
public final class SourceShares {
    private final int inAll;
    private final int perSource;

    /// Invariant: each count is 1 or more, and they sum up to the total.
    private final Map<Source, Integer> taken = new HashMap<>();

    private int total;

    /// What counts as one source: an IPv4 address, or a /64 of IPv6, of which one host has plenty.
    private record Source(long prefix, boolean isIpv6) {
        static Source of(InetAddress address) {
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            return address instanceof Inet6Address
                    ? new Source(bytes.getLong(), true)
                    : new Source(bytes.getInt(), false);
        }
    }

    /// Creates shares of which none is taken.
    ///
    /// @param inAll what all sources may have together, 1 or more
    /// @param perSource what one source may have, 1 or more
    public SourceShares(int inAll, int perSource) {
        this.inAll = inAll;
        this.perSource = perSource;
    }

    /// Whether a source may have one more.
    ///
    /// @param source not of this host
    /// @return whether there is room for it, and within its share
    public boolean hasRoom(InetAddress source) {
        return total < inAll && taken.getOrDefault(Source.of(source), 0) < perSource;
    }

    /// Counts one more, whether or not there is room.
    ///
    /// @param source who has it
    public void take(InetAddress source) {
        taken.merge(Source.of(source), 1, Integer::sum);
        total++;
    }

    /// Counts one less.
    ///
    /// @param source who had it, as it was taken
    public void giveBack(InetAddress source) {
        taken.computeIfPresent(Source.of(source), (_, n) -> n > 1 ? n - 1 : null);
        total--;
    }
}
