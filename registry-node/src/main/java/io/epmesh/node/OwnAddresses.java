package io.epmesh.node;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/// Which addresses are this host's.
final class OwnAddresses {
    private OwnAddresses() {}

    static boolean contains(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false; // the system does not tell, so nothing is granted
        }
    }

    /// Whether an address literal is this host's; host names are not looked up.
    static boolean containsLiteral(String address) {
        try {
            return contains(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException e) {
            return false; // a name, not an address
        }
    }
}
