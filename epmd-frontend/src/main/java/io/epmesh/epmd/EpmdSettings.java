package io.epmesh.epmd;

import java.net.InetAddress;
import java.util.List;

/// How a server listens and what it allows.
///
/// @param port EPMD port, 0..65535; 0 takes a free one
/// @param addresses addresses to listen on; none means all. Loopback is always listened on
/// @param relaxedCommandCheck allows STOP_REQ, and KILL_REQ while nodes are registered, as epmd's
///   `-relaxed_command_check`; both from this host only
/// @param creationFloor 32 bits: creations of names that this server has not seen start above it.
///   To make creations rise across restarts, hand in the highest that was handed out before
/// @param access what other hosts may
/// @param limits what the server bears
public record EpmdSettings(
        int port,
        List<InetAddress> addresses,
        boolean relaxedCommandCheck,
        long creationFloor,
        Access access,
        EpmdLimits limits) {
    /// EPMD's port.
    public static final int DEFAULT_PORT = 4369;

    /// Port 4369 on all addresses, nothing relaxed, no floor, access as epmd, default limits.
    public static final EpmdSettings DEFAULTS =
            new EpmdSettings(
                    DEFAULT_PORT, List.of(), false, 0, Access.AS_EPMD, EpmdLimits.DEFAULTS);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a number is out of its range
    public EpmdSettings {
        Unsigned.u16("port", port);
        Unsigned.u32("creationFloor", creationFloor);
        addresses = List.copyOf(addresses);
    }

    /// The same settings with another port.
    ///
    /// @param newPort 0..65535
    /// @return the settings
    public EpmdSettings withPort(int newPort) {
        return new EpmdSettings(
                newPort, addresses, relaxedCommandCheck, creationFloor, access, limits);
    }

    /// The same settings with other addresses.
    ///
    /// @param newAddresses none means all
    /// @return the settings
    public EpmdSettings withAddresses(List<InetAddress> newAddresses) {
        return new EpmdSettings(
                port, newAddresses, relaxedCommandCheck, creationFloor, access, limits);
    }

    /// The same settings, with STOP_REQ and KILL_REQ of living nodes allowed.
    ///
    /// @return the settings
    public EpmdSettings relaxed() {
        return new EpmdSettings(port, addresses, true, creationFloor, access, limits);
    }

    /// The same settings with another floor of creations.
    ///
    /// @param floor 32 bits
    /// @return the settings
    public EpmdSettings withCreationFloor(long floor) {
        return new EpmdSettings(port, addresses, relaxedCommandCheck, floor, access, limits);
    }

    /// The same settings with other limits.
    ///
    /// @param newLimits what the server bears
    /// @return the settings
    public EpmdSettings withLimits(EpmdLimits newLimits) {
        return new EpmdSettings(
                port, addresses, relaxedCommandCheck, creationFloor, access, newLimits);
    }

    /// The same settings with another access.
    ///
    /// @param newAccess what other hosts may
    /// @return the settings
    public EpmdSettings withAccess(Access newAccess) {
        return new EpmdSettings(
                port, addresses, relaxedCommandCheck, creationFloor, newAccess, limits);
    }
}
