package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import java.net.InetAddress;

/// Where an [Extension] registers nodes, by the rules of ALIVE2_REQ and in the same table. Called
/// on the event loop.
public interface Registrar {
    /// Claims a name. The owner is told, now or within the grace for taken names.
    ///
    /// @param request what is claimed
    /// @param source from where
    /// @param owner what the registration lives as long as
    void claim(Alive2 request, InetAddress source, Owner owner);

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
