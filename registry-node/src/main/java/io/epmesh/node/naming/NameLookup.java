package io.epmesh.node.naming;

import io.epmesh.gossip.PeerId;
import io.epmesh.node.naming.NodeEntry.HostIs;
import java.util.Optional;
import java.util.function.Supplier;

/// Who answers a name now. Of this host's own nodes the table may be a step behind what they were
/// told when they registered; they are taken as they are known here. Any thread.
///
/// @param table the newest
/// @param own the nodes that are registered on this host
public record NameLookup(Supplier<NameTable> table, Own own) {
    /// Finds a node that is registered on this host.
    public interface Own {
        /// {@return the entry that the table will have of it; empty: none is registered}
        ///
        /// @param name short name
        /// @param self this peer
        Optional<NodeEntry> entry(String name, PeerId self);
    }

    /// The entry that answers a full name, as [NameTable#lookup].
    ///
    /// @param node full name; `localhost` and 127.x mean this host
    /// @return the winner
    public Optional<NodeEntry> full(NodeName node) {
        NameTable now = table.get();
        Optional<NodeEntry> shown = now.lookup(node);
        return shown.isPresent() && !isOwn(shown.get(), now)
                ? shown
                : own(node.name(), shown, now).filter(entry -> answers(entry, node, now));
    }

    /// The entry that a short name means on this host, as [NameTable#lookupHere].
    ///
    /// @param name short name
    /// @return the entry
    public Optional<NodeEntry> here(String name) {
        NameTable now = table.get();
        Optional<NodeEntry> shown = now.lookupHere(name);
        return own(name, shown, now).or(() -> shown.filter(entry -> !isOwn(entry, now)));
    }

    /// The node of a short name whose host part nobody knows for sure, as
    /// [NameTable#lookupAssumed].
    ///
    /// @param name short name
    /// @return of several the winner
    public Optional<NodeEntry> assumed(String name) {
        NameTable now = table.get();
        Optional<NodeEntry> shown = now.lookupAssumed(name);
        return shown.isPresent() && !isOwn(shown.get(), now)
                ? shown
                : own(name, shown, now).filter(entry -> entry.hostIs() == HostIs.ASSUMED);
    }

    /// In the standing that the table shows of it.
    private Optional<NodeEntry> own(String name, Optional<NodeEntry> shown, NameTable now) {
        return own.entry(name, now.snapshot().self())
                .map(entry ->
                        shown.filter(it -> isOwn(it, now))
                                .map(it -> entry.as(it.standing()))
                                .orElse(entry));
    }

    private static boolean isOwn(NodeEntry entry, NameTable now) {
        return entry.peer().equals(Optional.of(now.snapshot().self().toString()));
    }

    private static boolean answers(NodeEntry entry, NodeName node, NameTable now) {
        return entry.node().equals(node)
                || (entry.hostIs() == HostIs.ASSUMED
                        && (node.isOfSpeaker() || now.hostsHere().contains(node.host())));
    }
}
