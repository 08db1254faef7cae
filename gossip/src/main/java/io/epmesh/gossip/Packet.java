package io.epmesh.gossip;

/// An encoded message on its way to the network.
sealed interface Packet {
    Bytes bytes();

    record To(PeerId peer, Bytes bytes) implements Packet {}

    /// To every member of the network's view.
    record ToAll(Bytes bytes) implements Packet {}
}
