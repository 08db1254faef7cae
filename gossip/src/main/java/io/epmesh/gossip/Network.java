package io.epmesh.gossip;

import java.util.Set;

/// Carries messages between peers, best effort: a message may be lost, doubled or overtaken, also
/// between two peers that are members of one another's view all the while. Whoever uses it repairs
/// what is missing.
///
/// All methods may be called from any thread.
public interface Network extends AutoCloseable {
    /// Starts to join in the background and returns at once; a peer that finds nobody is a member
    /// of one. What fails while joining is logged and tried again until [#close].
    ///
    /// @param listener is told of everything from now on, on the network's own threads
    /// @throws IllegalStateException when started before
    void start(Listener listener);

    /// Sends to one peer, never blocks. The peer need not be a member of the current view; it is
    /// reached at the address that its newest incarnation was last seen with. A message that cannot
    /// be sent is dropped and counted.
    ///
    /// @param to the receiver; this peer itself is not told
    /// @param message owned by the network from now on, must not be changed
    void send(PeerId to, byte[] message);

    /// Sends to every member of the current view but this peer; never blocks, as [#send].
    ///
    /// @param message owned by the network from now on, must not be changed
    void broadcast(byte[] message);

    /// Leaves gracefully, within 2 s, and frees everything. Idempotent.
    @Override
    void close();

    /// What a network tells. Calls come from the network's own threads, several at a time: they
    /// must only enqueue, and must not call the network.
    interface Listener {
        /// A message arrived.
        ///
        /// @param message a copy of its own; the sender is named in the message itself
        void received(byte[] message);

        /// A view was installed. Not symmetric: others may hold other views, and may have evicted
        /// this peer without its noticing.
        ///
        /// @param members all peers of the view, this one included; unmodifiable
        void viewChanged(Set<PeerId> members);

        /// Strong evidence that a peer's process has ended: its host refuses connections. It may be
        /// repeated, and wrong where a packet filter refuses, and no word follows when it was. What
        /// only may be an end (silence, a closed connection, an eviction) is no such evidence.
        ///
        /// @param peer never this peer
        void suspected(PeerId peer);
    }
}
