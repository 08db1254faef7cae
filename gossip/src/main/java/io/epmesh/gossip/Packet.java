package io.epmesh.gossip;

/// An encoded message on its way to the network.
public sealed interface Packet {
    /// {@return the message, header included}
    Bytes bytes();

    /// To one peer, whether it is a member of the network's view or not.
    ///
    /// @param peer the receiver
    /// @param bytes the message
    record To(PeerId peer, Bytes bytes) implements Packet {}

    /// To every member of the network's view.
    ///
    /// @param bytes the message
    record ToAll(Bytes bytes) implements Packet {}
}
