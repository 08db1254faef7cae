package io.epmesh.node.naming;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// One order that holds, as a peer sees it.
///
/// @param pair whose cables
/// @param lowToHigh what becomes of what the low side's nodes send
/// @param highToLow what becomes of what the high side's nodes send
/// @param remaining how long it still holds here; empty: until the next order
/// @param writer host of the peer where it was given
/// @param when it was given, by that peer's clock
public record CutEntry(
        NodePair pair,
        Effect lowToHigh,
        Effect highToLow,
        Optional<Duration> remaining,
        String writer,
        Instant when) {}
