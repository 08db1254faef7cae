package io.epmesh.node.cables;

import io.epmesh.node.naming.NameTable;
import io.epmesh.relay.Onlooker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// What a peer without a relay has in place of one: the sight of the others' cables. Any thread.
public final class PeerOnlooker implements AutoCloseable {
    private final Onlooker onlooker;
    private final CableControl control;

    /// Begins to see.
    ///
    /// @param key of the mesh
    /// @param table what the mesh knows; asked when somebody wants to see cables
    public PeerOnlooker(TunnelKey key, Supplier<NameTable> table) {
        this.onlooker = new Onlooker(key);
        OtherCables others = new OtherCables(table, onlooker::cablesOf);
        this.control = new NoRelay(() -> others.with(CompletableFuture.completedFuture(List.of())));
    }

    /// {@return the cables of the mesh; none is this peer's}
    public CableControl control() {
        return control;
    }

    @Override
    public void close() {
        onlooker.close();
    }
}
