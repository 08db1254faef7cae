package io.epmesh.node.cables;

import io.epmesh.relay.Policy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What can be done with the cables of the mesh: seen everywhere, and treated by this peer's relay.
/// Any thread; nothing blocks, and no stage completes exceptionally.
///
/// A cable between two hosts is one of each of their relays, with the same two names: it is cut as
/// soon as one of both treats it so.
public interface CableControl {
    /// As long as nothing is attached: nothing can be governed, and there are no cables.
    CableControl OFF =
            new NoRelay(
                    () -> CompletableFuture.completedFuture(new MeshCables(List.of(), List.of())));

    /// {@return whether this peer has a relay}
    boolean isOn();

    /// Treats all cables of this peer, and those to come, as a policy wants; to be called again
    /// whenever the policy would decide otherwise. Until the first call all are open.
    ///
    /// @param policy decides by the full names of source and target. A source may also be `?@HOST`,
    ///   which has no name of its own, or `unknown@HOST`, which could not be told. Called on the
    ///   relay's thread: a pure function that returns at once
    /// @return done when every cable follows it
    CompletionStage<Void> govern(Policy policy);

    /// {@return the cables of this peer, the oldest first}
    CompletionStage<PeerCables> cables();

    /// {@return the cables of all peers that have a relay, within about 1 s}
    CompletionStage<MeshCables> meshCables();
}
