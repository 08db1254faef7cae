package io.epmesh.epmd;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which sockets a list of addresses asks for, in the order in which they are bound.
///
/// Nothing, or `::`, is one socket for all addresses of both families. `0.0.0.0` is all of IPv4,
/// with `::1`. Any other list has both loopbacks bound first, so that the nodes of this host can
/// register; where a loopback is missing, as on hosts without IPv6, that is no fault.
final class ListenPlan {
    /// What it means if a binding fails.
    enum Need {
        /// The server cannot start.
        REQUIRED,
        /// Nothing.
        OPTIONAL,
        /// The server cannot start; it is tried only if nothing was bound before it.
        INSTEAD
    }

    record Binding(InetAddress address, Need need) {
        boolean isIpv4Only() {
            return !(address instanceof Inet6Address);
        }
    }

    private static final InetAddress ANY_V4 = literal(new byte[4]);
    private static final InetAddress ANY_V6 = literal(new byte[16]);
    private static final InetAddress LOOPBACK_V4 = literal(new byte[] {127, 0, 0, 1});
    private static final InetAddress LOOPBACK_V6 =
            literal(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

    private ListenPlan() {}

    static List<Binding> of(List<InetAddress> addresses) {
        Set<InetAddress> asked = new LinkedHashSet<>(addresses);
        if (asked.isEmpty() || asked.contains(ANY_V6)) {
            return List.of(new Binding(ANY_V6, Need.OPTIONAL), new Binding(ANY_V4, Need.INSTEAD));
        }
        boolean allOfV4 = asked.contains(ANY_V4);
        List<Binding> plan = new ArrayList<>();
        plan.add(
                allOfV4
                        ? new Binding(ANY_V4, Need.REQUIRED)
                        : new Binding(LOOPBACK_V4, Need.OPTIONAL));
        plan.add(new Binding(LOOPBACK_V6, Need.OPTIONAL));
        for (InetAddress address : asked) {
            boolean covered =
                    address.equals(LOOPBACK_V4)
                            || address.equals(LOOPBACK_V6)
                            || (allOfV4 && !(address instanceof Inet6Address));
            if (!covered) {
                plan.add(new Binding(address, Need.REQUIRED));
            }
        }
        return List.copyOf(plan);
    }

    private static InetAddress literal(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }
}
