package io.epmesh.node.cables;

import io.epmesh.gossip.PeerId;
import io.epmesh.node.naming.NameTable;
import io.epmesh.relay.CableListing;
import io.epmesh.relay.Policy;
import io.epmesh.relay.Relay;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// The cables of a peer that has a relay.
final class RelayCables implements CableControl {
    private final Relay relay;
    private final Supplier<NameTable> table;
    private final Places places;

    RelayCables(Relay relay, Supplier<NameTable> table, Places places) {
        this.relay = relay;
        this.table = table;
        this.places = places;
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
                        of(table.get().snapshot().self(), new CableListing(cables, cables.size())));
    }

    @Override
    public CompletionStage<MeshCables> meshCables() {
        List<PeerId> asked = new ArrayList<>();
        List<CompletableFuture<Optional<CableListing>>> answers = new ArrayList<>();
        for (Map.Entry<PeerId, InetSocketAddress> other : places.tunnels().entrySet()) {
            asked.add(other.getKey());
            answers.add(relay.cablesOf(other.getValue()).toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenCombine(
                        cables(),
                        (_, own) -> {
                            List<PeerCables> answered = new ArrayList<>(List.of(own));
                            List<String> silent = new ArrayList<>();
                            for (int i = 0; i < asked.size(); i++) {
                                PeerId peer = asked.get(i);
                                answers.get(i)
                                        .join()
                                        .ifPresentOrElse(
                                                listing -> answered.add(of(peer, listing)),
                                                () ->
                                                        silent.add(
                                                                "%s (%s)"
                                                                        .formatted(
                                                                                host(peer), peer)));
                            }
                            return new MeshCables(answered, silent);
                        });
    }

    private PeerCables of(PeerId peer, CableListing listing) {
        return new PeerCables(peer.toString(), host(peer), listing.cables(), listing.total());
    }

    private String host(PeerId peer) {
        return table.get().description(peer).map(it -> it.hosts().getFirst()).orElse("");
    }
}
