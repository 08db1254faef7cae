package io.epmesh.epmd;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Tells this host from others; owned by the event loop.
///
/// The C program takes a peer for local if its address is 127/8, ::1 or the address that it
/// connected to. Here any address of an own interface is local, whatever it connected to.
final class Locality {
    /// Addresses come and go, to other hosts too: what was seen a second ago is looked at anew.
    private static final long REFRESH_NANOS = 1_000_000_000;

    /// What the interfaces have.
    interface Addresses {
        Set<InetAddress> read() throws SocketException;
    }

    private final LongSupplier nanoTime;
    private final Addresses addresses;
    private Set<InetAddress> own = Set.of();
    private long readAt;

    Locality(LongSupplier nanoTime) {
        this(
                nanoTime,
                () ->
                        NetworkInterface.networkInterfaces()
                                .flatMap(NetworkInterface::inetAddresses)
                                .collect(Collectors.toUnmodifiableSet()));
    }

    Locality(LongSupplier nanoTime, Addresses addresses) {
        this.nanoTime = nanoTime;
        this.addresses = addresses;
        read();
    }

    boolean isLocal(InetAddress remote, InetAddress local) {
        return remote.isLoopbackAddress() || remote.equals(local) || isOwn(remote);
    }

    private boolean isOwn(InetAddress address) {
        if (nanoTime.getAsLong() - readAt > REFRESH_NANOS) {
            read();
        }
        return own.contains(address);
    }

    /// It takes a file descriptor, of which there may be none: then the last answer stays.
    private void read() {
        readAt = nanoTime.getAsLong();
        try {
            own = addresses.read();
        } catch (SocketException e) {
            System.getLogger(Locality.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "own addresses cannot be read, known are {0}: {1}",
                            own,
                            e.getMessage());
        }
    }
}
