package io.epmesh.node.naming;

import java.time.Duration;

/// One cable at one moment, as the relay that has it says. One between two hosts is in two relays.
///
/// @param peer host of the relay
/// @param source full name of the node that opened it; `?@host` has no name of its own, and
///   `unknown@host` could not be told
/// @param target full name of the node that it leads to
/// @param state how far it is
/// @param toTarget what becomes of what the source sends
/// @param toSource what becomes of what the target sends
/// @param age since it was opened
/// @param bytesToTarget passed on so far
/// @param bytesToSource passed on so far
public record CableEntry(
        String peer,
        String source,
        String target,
        State state,
        Effect toTarget,
        Effect toSource,
        Duration age,
        long bytesToTarget,
        long bytesToSource) {
    /// How far a cable is.
    public enum State {
        /// The target is not connected yet.
        WAITING,
        /// Both ends are connected.
        JOINED,
        /// One end was lost behind a stalled way: it is reset when that way opens.
        BROKEN
    }

    /// {@return whether its source could not be told, or has no name}
    public boolean isUnattributed() {
        return source.startsWith("unknown@") || source.startsWith("?@");
    }
}
