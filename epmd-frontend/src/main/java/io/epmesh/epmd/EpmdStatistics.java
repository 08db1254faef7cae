package io.epmesh.epmd;

/// Counts since the server started.
///
/// @param connections accepted connections
/// @param replies replies written
/// @param handedOver connections that an [Extension] took over
/// @param violations connections closed for a broken protocol
/// @param notAllowed connections closed because their source may not do what they want, or nobody,
///   as it is not relaxed
/// @param timeouts connections closed for a packet timeout or the request deadline
/// @param turnedAway connections closed at once because too many had not registered
/// @param acceptFailures accepts that failed, for want of file descriptors mostly
/// @param lookupsFound look-ups that were answered with a port
/// @param lookupsMissing look-ups of names that nobody has
public record EpmdStatistics(
        long connections,
        long replies,
        long handedOver,
        long violations,
        long notAllowed,
        long timeouts,
        long turnedAway,
        long acceptFailures,
        long lookupsFound,
        long lookupsMissing) {}
