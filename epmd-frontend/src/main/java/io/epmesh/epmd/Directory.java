package io.epmesh.epmd;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

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

    /// Names of this host beside the registered ones, for NAMES; those that are registered too are
    /// left out by the server.
    ///
    /// @return short names and ports, in the order of the reply
    List<NamedPort> names();

    /// A local KILL_REQ was granted and answered; the server goes on until it is closed.
    void stopRequested();
}
