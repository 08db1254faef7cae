package io.epmesh.node.cables;

import io.epmesh.gossip.PeerId;
import io.epmesh.node.naming.NameTable;
import io.epmesh.relay.CableListing;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/// The cables of the other peers, as they tell them.
///
/// @param table what the mesh knows
/// @param ask gets the cables of the relay at a tunnel port, or nothing in time
record OtherCables(
        Supplier<NameTable> table,
        Function<InetSocketAddress, CompletionStage<Optional<CableListing>>> ask) {
    /// {@return the cables of the mesh: `own`, and those of the others}
    CompletionStage<MeshCables> with(CompletionStage<List<PeerCables>> own) {
        List<PeerId> asked = new ArrayList<>();
        List<CompletableFuture<Optional<CableListing>>> answers = new ArrayList<>();
        for (Map.Entry<PeerId, InetSocketAddress> other : Places.tunnels(table.get()).entrySet()) {
            asked.add(other.getKey());
            answers.add(ask.apply(other.getValue()).toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenCombine(own, (_, first) -> cables(first, asked, answers));
    }

    /// @param answers complete, in the order of `asked`
    private MeshCables cables(
            List<PeerCables> own,
            List<PeerId> asked,
            List<CompletableFuture<Optional<CableListing>>> answers) {
        List<PeerCables> answered = new ArrayList<>(own);
        List<String> silent = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            PeerId peer = asked.get(i);
            answers.get(i)
                    .join()
                    .ifPresentOrElse(
                            listing -> answered.add(of(peer, listing)),
                            () -> silent.add("%s (%s)".formatted(host(peer), peer)));
        }
        return new MeshCables(answered, silent);
    }

    /// What a peer said, under its name.
    PeerCables of(PeerId peer, CableListing listing) {
        return new PeerCables(peer.toString(), host(peer), listing.cables(), listing.total());
    }

    private String host(PeerId peer) {
        return table.get().description(peer).map(it -> it.hosts().getFirst()).orElse("");
    }
}
