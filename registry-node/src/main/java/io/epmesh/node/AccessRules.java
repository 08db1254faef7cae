package io.epmesh.node;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.epmesh.epmd.Access;
import io.epmesh.node.config.Allowed;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// `epmd-allow` and `register-allow`, and the log of those that they refuse. Confined to the event
/// loop of EPMD.
///
/// A source that is refused is told of once for each of the two, though never more than one line a
/// second: one that comes in between is told of when it comes again.
final class AccessRules implements Access {
    private static final Logger LOG = System.getLogger(AccessRules.class.getName());
    private static final long LINE_NANOS = 1_000_000_000;
    private static final int REMEMBERED = 1_024;

    private final Allowed lookups;
    private final Allowed registrations;
    private final Predicate<InetAddress> isPeer;
    private final LongSupplier nanoTime;
    private final Cache<Refusal, Boolean> told =
            Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();
    private long lastLine;

    private record Refusal(Wish wish, InetAddress source) {}

    AccessRules(
            Allowed lookups,
            Allowed registrations,
            Predicate<InetAddress> isPeer,
            LongSupplier nanoTime) {
        this.lookups = lookups;
        this.registrations = registrations;
        this.isPeer = isPeer;
        this.nanoTime = nanoTime;
        this.lastLine = nanoTime.getAsLong() - LINE_NANOS;
    }

    @Override
    public boolean allows(Wish wish, InetAddress remote) {
        return switch (wish) {
            case ASK ->
                    lookups.contains(remote)
                            || (lookups.peers() && isPeer.test(remote))
                            || mayRegister(remote);
            case REGISTER -> mayRegister(remote);
        };
    }

    /// The entry of a node keeps its source, which must mean something beyond one link.
    boolean mayRegister(InetAddress remote) {
        return registrations.contains(remote)
                && !(remote instanceof Inet6Address && remote.isLinkLocalAddress());
    }

    @Override
    public void refused(Wish wish, InetAddress remote) {
        long now = nanoTime.getAsLong();
        Refusal refusal = new Refusal(wish, remote);
        if (now - lastLine < LINE_NANOS || told.getIfPresent(refusal) != null) {
            return;
        }
        lastLine = now;
        told.put(refusal, true);
        switch (wish) {
            case ASK ->
                    LOG.log(
                            Level.WARNING,
                            "{0} may not ask and is not answered (to allow it, add its address or"
                                    + " network to epmd-allow)",
                            remote.getHostAddress());
            case REGISTER ->
                    LOG.log(
                            Level.WARNING,
                            "{0} may not register nodes and is not answered (to allow it, add its"
                                    + " address or network to register-allow)",
                            remote.getHostAddress());
        }
    }
}
