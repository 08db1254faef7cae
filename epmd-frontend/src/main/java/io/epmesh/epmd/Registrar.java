package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;

/// Where an [Extension] registers the nodes of one connection, by the rules of ALIVE2_REQ and in
/// the same table. Called on the event loop.
public interface Registrar {
    /// Whether nodes may register from where the connection comes: this host, or one that [Access]
    /// allows.
    ///
    /// @return whether; a claim is refused else
    boolean mayRegister();

    /// Claims a name. The owner is told, now or within the grace for taken names.
    ///
    /// @param request what is claimed
    /// @param owner what the registration lives as long as
    void claim(Alive2 request, Owner owner);

    /// The owner has ended before it was told.
    ///
    /// @param name that it claimed
    /// @param owner as it was handed in
    void withdraw(NodeName name, Owner owner);

    /// The owner of a registration has ended; harmless if another registration has the name.
    ///
    /// @param registration as it was granted
    void release(Registration registration);
}
