package io.epmesh.epmd;

import java.time.Duration;

/// What the server bears before it closes or refuses.
///
/// @param packetTimeout longest silence while a request is awaited, as epmd's `-packet_timeout`;
///   each byte starts it anew. Lower frees slots sooner and cuts off slow links. Default 60 s
/// @param requestDeadline longest time from accept to the end of the reply, however many bytes
///   come: it ends those that send a byte a minute. Default 240 s
/// @param takenNameGrace how long a newcomer waits for the end of a taken name's connection, which
///   may be in flight. Zero refuses at once. Default 200 ms
/// @param registrations most names registered at a time; further ones are refused. Sources that are
///   not this host may have half of it in all. Default 65,536
/// @param registrationsPerSource most of them from one address (IPv6: one /64) that is not this
///   host's. Default 1,024
/// @param unidentified most connections that have not registered; further ones are closed. Sources
///   that are not this host may have half of it in all. Default 32,768, above the usual limit on
///   open files, which bounds first
/// @param unidentifiedPerSource most of them from one address (IPv6: one /64) that is not this
///   host's. Default 512
public record EpmdLimits(
        Duration packetTimeout,
        Duration requestDeadline,
        Duration takenNameGrace,
        int registrations,
        int registrationsPerSource,
        int unidentified,
        int unidentifiedPerSource) {
    /// The defaults.
    public static final EpmdLimits DEFAULTS =
            new EpmdLimits(
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(240),
                    Duration.ofMillis(200),
                    65_536,
                    1_024,
                    32_768,
                    512);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a limit is not positive (the grace: negative)
    public EpmdLimits {
        positive("packetTimeout", packetTimeout.toNanos());
        positive("requestDeadline", requestDeadline.toNanos());
        positive("takenNameGrace", takenNameGrace.toNanos() + 1);
        positive("registrations", registrations);
        positive("registrationsPerSource", registrationsPerSource);
        positive("unidentified", unidentified);
        positive("unidentifiedPerSource", unidentifiedPerSource);
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: positive)");
        }
    }

    /// The same limits with another packet timeout.
    ///
    /// @param timeout positive
    /// @return the limits
    public EpmdLimits withPacketTimeout(Duration timeout) {
        return new EpmdLimits(
                timeout,
                requestDeadline,
                takenNameGrace,
                registrations,
                registrationsPerSource,
                unidentified,
                unidentifiedPerSource);
    }

    /// The same limits with another request deadline.
    ///
    /// @param deadline positive
    /// @return the limits
    public EpmdLimits withRequestDeadline(Duration deadline) {
        return new EpmdLimits(
                packetTimeout,
                deadline,
                takenNameGrace,
                registrations,
                registrationsPerSource,
                unidentified,
                unidentifiedPerSource);
    }

    /// The same limits with other bounds on registrations.
    ///
    /// @param most positive
    /// @param perSource positive
    /// @return the limits
    public EpmdLimits withRegistrations(int most, int perSource) {
        return new EpmdLimits(
                packetTimeout,
                requestDeadline,
                takenNameGrace,
                most,
                perSource,
                unidentified,
                unidentifiedPerSource);
    }

    /// The same limits with other bounds on connections that have not registered.
    ///
    /// @param inAll positive
    /// @param perSource positive
    /// @return the limits
    public EpmdLimits withUnidentified(int inAll, int perSource) {
        return new EpmdLimits(
                packetTimeout,
                requestDeadline,
                takenNameGrace,
                registrations,
                registrationsPerSource,
                inAll,
                perSource);
    }
}
