package io.epmesh.relay;

import java.time.Duration;

/// One cable at one moment. Immutable.
///
/// @param id of the cable, never used twice by one relay
/// @param source who opened it
/// @param target whom it leads to
/// @param state how far it is
/// @param treatment what it is subject to
/// @param age since its connection was accepted
/// @param bytesToTarget passed on so far
/// @param bytesToSource passed on so far
public record CableView(
        long id,
        String source,
        String target,
        State state,
        Treatment treatment,
        Duration age,
        long bytesToTarget,
        long bytesToSource) {
    /// How far a cable is.
    public enum State {
        /// The target is not connected: it is being dialled, or the way to it is stalled.
        WAITING,
        /// Both ends are connected.
        JOINED,
        /// One end was lost behind a stalled way: reset when that way opens.
        BROKEN
    }
}
