package io.epmesh.node.cables;

import io.epmesh.node.naming.NameTable;
import io.epmesh.relay.CableListing;
import io.epmesh.relay.Policy;
import io.epmesh.relay.Relay;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The cables of a peer that has a relay.
final class RelayCables implements CableControl {
    private final Relay relay;
    private final Supplier<NameTable> table;
    private final OtherCables others;

    RelayCables(Relay relay, Supplier<NameTable> table) {
        this.relay = relay;
        this.table = table;
        this.others = new OtherCables(table, relay::cablesOf);
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
                .thenApply(cables ->
                        others.of(
                                table.get().snapshot().self(),
                                new CableListing(cables, cables.size())));
    }

    @Override
    public CompletionStage<MeshCables> meshCables() {
        return others.with(cables().thenApply(List::of));
    }
}
