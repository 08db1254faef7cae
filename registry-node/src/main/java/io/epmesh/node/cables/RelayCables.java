package io.epmesh.node.cables;

import io.epmesh.relay.Policy;
import io.epmesh.relay.Relay;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The cables of a peer that has a relay.
final class RelayCables implements CableControl {
    private final Relay relay;
    private final Supplier<String> peer;
    private final String host;

    /// @param peer id of this peer, which may take another one
    /// @param host canonical name of this host
    RelayCables(Relay relay, Supplier<String> peer, String host) {
        this.relay = relay;
        this.peer = peer;
        this.host = host;
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public CompletionStage<Void> govern(Policy policy) {
        return relay.govern(policy);
    }

    @Override
    public CompletionStage<PeerCables> cables() {
        return relay.cables()
                .thenApply(cables -> new PeerCables(peer.get(), host, cables, cables.size()));
    }

    @Override
    public CompletionStage<MeshCables> meshCables() {
        return cables().thenApply(own -> new MeshCables(List.of(own), List.of()));
    }
}
