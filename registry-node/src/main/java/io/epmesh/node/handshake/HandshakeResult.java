package io.epmesh.node.handshake;

import java.util.OptionalLong;

/// What a distribution port told about the node behind it. Immutable.
public sealed interface HandshakeResult {
    /// The node named itself: proof that it lives and runs its schedulers.
    ///
    /// @param fullName `name@host`, exactly one `@`, both parts non-empty, no control characters
    /// @param creation the node's creation, 1..2^32-1; empty where the node does not tell it (OTP
    ///   22 and older) or does not know it
    record Identified(String fullName, OptionalLong creation) implements HandshakeResult {}

    /// It speaks TLS, and refused the plain greeting. That it accepts is all that can be known.
    record Encrypted() implements HandshakeResult {}

    /// Something accepted the connection but gave no plain challenge before the deadline: a node
    /// that is stopped, one that admits only named nodes, or another program.
    record Accepts() implements HandshakeResult {}

    /// Nothing accepted the connection before the deadline.
    ///
    /// @param reason the operating system's words, for people
    record Refused(String reason) implements HandshakeResult {}

    /// Nobody was asked, for this process has no socket left: nothing is known.
    ///
    /// @param reason the operating system's words, for people
    record Unasked(String reason) implements HandshakeResult {}
}
