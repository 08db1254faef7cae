package io.epmesh.epmd;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What the node behind the server knows and wants to know. Every method is called on the event
/// loop `epmd`, must not block, and answers from what it has at hand; one that throws is a bug: it
/// is logged and the connection is closed.
public interface Directory {
    /// A node has registered. Called before the node is told so.
    ///
    /// @param registration the new entry
    /// @return false if there is no room for it: the node is refused, and nothing was taken in
    boolean registered(Registration registration);

    /// A node's connection has ended, or its name was stopped. Not called for the registrations
    /// that live when the server closes: their nodes live on.
    ///
    /// @param registration the entry that was
    void unregistered(Registration registration);

    /// Looks up a name that is not registered here: a full one always, a short one if no
    /// registration has it.
    ///
    /// @param name as it was asked for
    /// @param remote the address that asks
    /// @param local the address of this host at which it asked
    /// @return the answer; its Extra may carry an address
    Optional<PortInfo> lookup(NodeName name, InetAddress remote, InetAddress local);

    /// Whether look-ups between two addresses are answered by [#detour], not at once from
    /// registrations and [#lookup].
    ///
    /// @param remote the address that asks
    /// @param local the address of this host at which it asks
    /// @return whether they are; none by default
    default boolean detours(InetAddress remote, InetAddress local) {
        return false;
    }

    /// Answers a look-up between addresses for which [#detours] holds, when it can.
    ///
    /// @param name as it was asked for
    /// @param registered the registration of this server that has the short name
    /// @param remote the address that asks
    /// @param local the address of this host at which it asked
    /// @return the answer to come, on any thread; one that fails is a bug
    default CompletionStage<Optional<PortInfo>> detour(
            NodeName name,
            Optional<Registration> registered,
            InetAddress remote,
            InetAddress local) {
        return CompletableFuture.completedFuture(
                registered.map(Registration::info).or(() -> lookup(name, remote, local)));
    }

    /// The whole of NAMES at an address that has names of its own.
    ///
    /// @param local the address of this host at which it was asked
    /// @return empty: it has none, and NAMES lists this host's
    default Optional<List<NamedPort>> namesAt(InetAddress local) {
        return Optional.empty();
    }

    /// The host part of nodes that register at an address.
    ///
    /// @param local the address of this host at which they do
    /// @return empty: the address does not tell
    default Optional<String> hostAt(InetAddress local) {
        return Optional.empty();
    }

    /// Names of this host beside the registered ones, for NAMES; those that are registered too are
    /// left out by the server.
    ///
    /// @return short names and ports, in the order of the reply
    List<NamedPort> names();

    /// A local KILL_REQ was granted and answered; the server goes on until it is closed.
    void stopRequested();
}
