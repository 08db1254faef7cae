package io.epmesh.node.cables;

import io.epmesh.gossip.MappingChange;
import io.epmesh.gossip.WriteOutcome;
import io.epmesh.gossip.Writes;
import io.epmesh.node.naming.CutBook;
import io.epmesh.node.naming.CutEntry;
import io.epmesh.node.naming.CutFix;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.CutResult.Remark;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodePair;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Takes orders for cables: judges each by what the mesh shows, on the thread `cuts`, and writes
/// what it changes. Any thread may call.
final class CutOrders {
    /// Orders in work at a time; more are refused, so that what waits for the thread has a bound.
    private static final int IN_WORK = 256;

    /// Cuts that a refusal names.
    private static final int NAMED = 10;

    private final MeshCuts cuts;
    private final Supplier<NameTable> names;
    private final Function<List<MappingChange>, CompletionStage<WriteOutcome>> write;
    private final Semaphore inWork = new Semaphore(IN_WORK);

    CutOrders(
            MeshCuts cuts,
            Supplier<NameTable> names,
            Function<List<MappingChange>, CompletionStage<WriteOutcome>> write) {
        this.cuts = cuts;
        this.names = names;
        this.write = write;
    }

    CompletionStage<CutResult> cut(CutRequest request) {
        return admitted(() -> reported(request.islands(), report -> cut(request, report)));
    }

    CompletionStage<CutResult> fix(Optional<Islands> islands) {
        return admitted(() ->
                islands.isPresent()
                        ? reported(islands.get(), report -> fix(islands.get(), report))
                        : onThread(this::fixAll));
    }

    private CompletionStage<CutResult> cut(CutRequest request, CutReport report) {
        Optional<String> objection =
                relayOff()
                        .or(() -> report.unknown(cuts.table()))
                        .or(() -> tooMany(request.islands().pairs()));
        return objection.isPresent()
                ? refused(objection.get())
                : order(request.changes(writer()), report.remarks());
    }

    private CompletionStage<CutResult> fix(Islands islands, CutReport report) {
        return switch (CutFix.of(islands, cuts.table())) {
            case CutFix.Partial(List<CutEntry> part) -> refused(partial(islands, part));
            case CutFix.Whole whole -> {
                Optional<String> objection =
                        report.unknown(cuts.table()).or(() -> tooMany(whole.pairs()));
                yield objection.isPresent()
                        ? refused(objection.get())
                        : order(whole.changes(writer()), List.of());
            }
        };
    }

    private CompletionStage<CutResult> fixAll() {
        return order(CutFix.all(cuts.table()).changes(writer()), List.of());
    }

    private Optional<String> relayOff() {
        return cuts.control().isOn()
                        || names.get().descriptions().values().stream()
                                .anyMatch(peer -> peer.relayPort() > 0)
                ? Optional.empty()
                : Optional.of("relay: off (expected: module or all, on some peer)");
    }

    private Optional<String> tooMany(Collection<NodePair> pairs) {
        CutBook book = cuts.book();
        long added = pairs.stream().filter(pair -> !book.has(pair)).count();
        return book.size() + added <= CutBook.LIMIT
                ? Optional.empty()
                : Optional.of(
                        "cuts: %d, and the mesh has %d (expected: at most %d)"
                                .formatted(added, book.size(), CutBook.LIMIT));
    }

    private static String partial(Islands islands, List<CutEntry> part) {
        String text =
                part.stream()
                        .limit(NAMED)
                        .map(cut -> cut.pair().toString())
                        .collect(Collectors.joining("; "));
        return "'%s' is a part only of what is cut: %s%s (expected: whole cuts)"
                .formatted(islands, text, part.size() > NAMED ? "; …" : "");
    }

    private String writer() {
        return names.get().hostsHere().stream().findFirst().orElse("");
    }

    private CompletionStage<CutResult> order(List<MappingChange> changes, List<Remark> remarks) {
        if (changes.isEmpty()) {
            return CompletableFuture.completedFuture(new CutResult.Done(remarks));
        }
        return write.apply(changes.stream().limit(Writes.CHANGES).toList())
                .thenApplyAsync(outcome -> result(outcome, remarks), this::afterwards);
    }

    private static CutResult result(WriteOutcome outcome, List<Remark> remarks) {
        return switch (outcome) {
            case WriteOutcome.Done _ -> new CutResult.Done(remarks);
            case WriteOutcome.Refused(String reason) -> new CutResult.Refused(reason);
            case WriteOutcome.Unknown(String reason) -> new CutResult.Unknown(reason);
        };
    }

    /// Behind what has come of a write: this peer's relay was told.
    private void afterwards(Runnable answer) {
        try {
            cuts.thread().execute(answer);
        } catch (RejectedExecutionException e) {
            answer.run(); // the peer stops, and its relay is told no more
        }
    }

    private CompletionStage<CutResult> admitted(Supplier<CompletionStage<CutResult>> order) {
        return inWork.tryAcquire()
                ? order.get().whenComplete((_, _) -> inWork.release())
                : refused("orders: %d are in work (expected: fewer at a time)".formatted(IN_WORK));
    }

    private CompletionStage<CutResult> reported(
            Islands islands, Function<CutReport, CompletionStage<CutResult>> then) {
        return cuts.control()
                .meshCables()
                .thenCompose(cables ->
                        onThread(() ->
                                then.apply(
                                        new CutReport(
                                                islands,
                                                names.get(),
                                                MeshCuts.entries(cables),
                                                cables.silent()))));
    }

    private CompletionStage<CutResult> onThread(Supplier<CompletionStage<CutResult>> step) {
        try {
            return CompletableFuture.supplyAsync(step, cuts.thread())
                    .thenCompose(Function.identity());
        } catch (RejectedExecutionException e) {
            return refused("this peer has stopped");
        }
    }

    private static CompletionStage<CutResult> refused(String reason) {
        return CompletableFuture.completedFuture(new CutResult.Refused(reason));
    }
}
