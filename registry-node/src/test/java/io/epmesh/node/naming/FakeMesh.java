package io.epmesh.node.naming;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/// A mesh of the test's making: answers what is set, remembers what is written.
public final class FakeMesh implements Mesh {
    /// Names of the mesh; those of host h1 are local.
    public volatile List<NodeEntry> names = List.of(Samples.LIVE, Samples.MAPPED);

    /// What [#status()] returns.
    public volatile CompletionStage<Status> status =
            CompletableFuture.completedFuture(Samples.DIVERGED);

    /// What all writes return.
    public volatile CompletionStage<WriteResult> result =
            CompletableFuture.completedFuture(new WriteResult.Done());

    /// What orders for cables return.
    public volatile CompletionStage<CutResult> ordered =
            CompletableFuture.completedFuture(new CutResult.Done(Samples.REMARKS));

    /// What [#history()] returns.
    public volatile NameHistory history = NameHistory.begin(7, NameTable.empty(MeshState.id(1)));

    /// What [#events()] returns.
    public volatile EventHistory events = EventHistory.begin(7);

    /// Who wants to be called after [#publish].
    public final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    /// What was written, as text.
    public final List<String> writes = new CopyOnWriteArrayList<>();

    /// What [#leave()] does besides.
    public volatile Runnable left = () -> {};

    /// Creates it with the samples.
    public FakeMesh() {}

    @Override
    public List<NodeEntry> names(Scope scope) {
        return switch (scope) {
            case MESH -> names;
            case LOCAL -> names.stream().filter(n -> n.node().host().equals("h1")).toList();
        };
    }

    @Override
    public NameHistory history() {
        return history;
    }

    @Override
    public EventHistory events() {
        return events;
    }

    /// Lets something happen.
    ///
    /// @param drafts what comes of it
    public void happens(Event.Draft... drafts) {
        events = events.next(Samples.AT, List.of(drafts));
        watchers.forEach(Runnable::run);
    }

    @Override
    public Runnable onChange(Runnable changed) {
        watchers.add(changed);
        return () -> watchers.remove(changed);
    }

    /// Publishes what the state is now.
    ///
    /// @param state of a mesh, as peer 1 sees it
    public void publish(MeshState state) {
        history = history.next(state.publish(history.table(), 1));
        watchers.forEach(Runnable::run);
    }

    @Override
    public Optional<NodeEntry> lookup(String node) {
        String full = node.contains("@") ? node : node + "@h1";
        return names.stream().filter(n -> n.node().toString().equals(full)).findFirst();
    }

    @Override
    public List<PeerEntry> peers() {
        return List.of(Samples.SELF, Samples.SILENT);
    }

    @Override
    public List<MappingEntry> mappings() {
        return List.of(Samples.MAPPING);
    }

    @Override
    public CompletionStage<Status> status() {
        return status;
    }

    @Override
    public CompletionStage<WriteResult> addMapping(String node, Optional<String> host, int port) {
        return write("add %s %s %d".formatted(node, host.orElse("-"), port));
    }

    @Override
    public CompletionStage<WriteResult> removeMapping(String node) {
        return write("remove " + node);
    }

    @Override
    public CompletionStage<CableList> cables() {
        return CompletableFuture.completedFuture(Samples.CABLES);
    }

    @Override
    public CompletionStage<CutResult> cut(CutRequest request) {
        writes.add(
                "%s %s %s %s"
                        .formatted(
                                request.effect(),
                                request.islands(),
                                request.oneWay() ? "->" : "<->",
                                request.lasts().map(Duration::toString).orElse("ever")));
        return ordered;
    }

    @Override
    public CompletionStage<CutResult> fix(Optional<Islands> islands) {
        writes.add("fix " + islands.map(Islands::toString).orElse("all"));
        return ordered;
    }

    @Override
    public CompletionStage<WriteResult> forget(String peer) {
        return write("forget " + peer);
    }

    @Override
    public CompletionStage<WriteResult> leave() {
        left.run();
        return write("leave");
    }

    /// Makes nodes.
    ///
    /// @param count how many
    /// @return n00000@h1 and on
    public static List<NodeEntry> many(int count) {
        List<NodeEntry> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(
                    new NodeEntry(
                            NodeName.parse("n%05d@h1".formatted(i)),
                            Samples.LIVE.hostIs(),
                            Samples.LIVE.address(),
                            Samples.LIVE.port(),
                            Samples.LIVE.type(),
                            Samples.LIVE.source(),
                            Samples.LIVE.state(),
                            Samples.LIVE.peer(),
                            Samples.LIVE.creation(),
                            Samples.LIVE.since(),
                            Samples.LIVE.protocol(),
                            Samples.LIVE.standing()));
        }
        return List.copyOf(nodes);
    }

    private CompletionStage<WriteResult> write(String what) {
        writes.add(what);
        return result;
    }
}
