package io.epmesh.node.cables;

import io.epmesh.relay.Policy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The cables of a peer without a relay: it has none that could be governed.
///
/// @param others tells those of the others
record NoRelay(Supplier<CompletionStage<MeshCables>> others) implements CableControl {
    @Override
    public boolean isOn() {
        return false;
    }

    @Override
    public CompletionStage<Void> govern(Policy policy) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<PeerCables> cables() {
        return CompletableFuture.completedFuture(PeerCables.NONE);
    }

    @Override
    public CompletionStage<MeshCables> meshCables() {
        return others.get();
    }
}
