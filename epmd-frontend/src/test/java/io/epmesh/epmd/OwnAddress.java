package io.epmesh.epmd;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/// Addresses of this host for tests.
final class OwnAddress {
    private OwnAddress() {}

    /// An IPv4 address of an interface that is not loopback; skips the test if there is none.
    static InetAddress beyondLoopback() throws SocketException {
        Optional<InetAddress> found =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress())
                        .findFirst();
        assumeTrue(found.isPresent(), "skipped: this host has no IPv4 address beyond loopback");
        return found.orElseThrow();
    }
}
