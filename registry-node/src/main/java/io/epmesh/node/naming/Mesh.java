package io.epmesh.node.naming;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// The whole of a peer as its users see it: the mesh session, the HTTP interface and the command
/// line talk to nothing else.
///
/// Reads answer from the published immutable snapshot: any thread, never blocking. Writes and
/// [#status()] answer through stages that may complete on any thread, normally, with a result that
/// says what happened; a stage that completes exceptionally reports a bug.
public interface Mesh {
    /// Lists what this peer knows.
    ///
    /// @param scope the whole mesh, or this host alone
    /// @return entries in the order of [NodeName]; conflicting ones side by side
    List<NodeEntry> names(Scope scope);

    /// The names that this peer answers, and how they came about: what [#lookup] answers to a full
    /// name, save by static ports and by other names of a host.
    ///
    /// @return the newest
    NameHistory history();

    /// {@return the newest of what this peer has seen to change}
    EventHistory events();

    /// Has somebody called after each change of [#history] or [#events], until told otherwise.
    ///
    /// @param changed called on the thread that publishes: quickly done, never blocking
    /// @return ends it; when that returns, it may be called once more
    Runnable onChange(Runnable changed);

    /// Finds one node. Of conflicting entries the winner answers.
    ///
    /// @param node a full name `x@host`, or a short name `x`, which means this host's `x`
    /// @return the entry, or empty where there is none
    Optional<NodeEntry> lookup(String node);

    /// {@return all known peers, itself included}
    List<PeerEntry> peers();

    /// {@return the mappings of the mesh, in the order of [NodeName]}
    List<MappingEntry> mappings();

    /// Asks all peers for their digests.
    ///
    /// @return the answer within about 1 s, with the silent peers listed
    CompletionStage<Status> status();

    /// Adds a mapping, or replaces the one of that name.
    ///
    /// @param node a full node name that [NodeName#parse] accepts
    /// @param host host name or address literal where the node listens; empty: the advertised
    ///   address of the peer that owns the name's host part, else that host part resolved once
    /// @param port distribution port, 1..65535
    /// @return what became of it
    CompletionStage<WriteResult> addMapping(String node, Optional<String> host, int port);

    /// Removes a mapping; one that is not there is [WriteResult.Done].
    ///
    /// @param node a full node name that [NodeName#parse] accepts
    /// @return what became of it
    CompletionStage<WriteResult> removeMapping(String node);

    /// {@return what is ordered for cables, and the cables of all peers, within about 1 s}
    CompletionStage<CableList> cables();

    /// Cuts or slows the cables between two islands, those to come too.
    ///
    /// @param request whom from whom, and how
    /// @return what became of it
    CompletionStage<CutResult> cut(CutRequest request);

    /// Opens the cables between two islands.
    ///
    /// @param islands which name whole cuts; empty: all that is cut or slowed
    /// @return what became of it
    CompletionStage<CutResult> fix(Optional<Islands> islands);

    /// Forgets a peer that is gone for good, with all of its registrations.
    ///
    /// @param peer its id, a prefix of the id that is unique, or one of its host names
    /// @return what became of it
    CompletionStage<WriteResult> forget(String peer);

    /// Tells the mesh that this peer leaves, withdraws its names and then ends the daemon.
    ///
    /// @return what became of it, before the daemon ends
    CompletionStage<WriteResult> leave();
}
