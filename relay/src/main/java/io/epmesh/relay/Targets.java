package io.epmesh.relay;

import java.util.Optional;

/// Says where this host's nodes are, to cables that come through the tunnel. Called on the relay's
/// thread: returns at once.
@FunctionalInterface
public interface Targets {
    /// Looks a node of this host up.
    ///
    /// @param target its name, as the other relay's route has it
    /// @return where it is; empty: there is no such node here
    Optional<Place.Near> find(String target);
}
