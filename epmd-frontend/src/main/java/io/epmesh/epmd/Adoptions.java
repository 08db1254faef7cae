package io.epmesh.epmd;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Registrations that outlived the server through which they came: what the node behind the server
/// knows about them. The server answers them like its own, with no connection to end them: whoever
/// adopts them looks after them, see [EpmdServer#drop].
public interface Adoptions {
    /// Nothing is adopted.
    Adoptions NONE =
            new Adoptions() {
                @Override
                public List<Registration> registrations() {
                    return List.of();
                }

                @Override
                public CompletionStage<Holder> contested(
                        Registration holder, PortInfo newcomer, InetAddress source) {
                    return CompletableFuture.completedStage(Holder.LIVES);
                }

                @Override
                public void handedOver(Registration holder, Registration successor) {
                    throw new IllegalStateException("nothing was adopted: " + holder);
                }
            };

    /// What has become of the node behind an adopted registration whose name somebody claims.
    enum Holder {
        /// The claim is its own: it has come back.
        SAME_NODE,
        /// It lives, or may live, and the claim is another's: refused after the grace.
        LIVES,
        /// It does not prove to live: the name goes to the claim.
        GONE
    }

    /// What is adopted at the start. Called before the server listens; [EpmdServer#adopt] adds to
    /// it.
    ///
    /// @return oldest first, ids rising from 1, names distinct
    List<Registration> registrations();

    /// A node claims a name that an adopted registration holds. Called on the event loop, must not
    /// block.
    ///
    /// @param holder the adopted registration
    /// @param newcomer what the claim says of its node
    /// @param source the address from which the claim came
    /// @return completes on any thread; after the grace it is too late for this claim
    CompletionStage<Holder> contested(Registration holder, PortInfo newcomer, InetAddress source);

    /// A node has come back. Called on the event loop instead of [Directory#unregistered] and
    /// [Directory#registered], before the node is told so.
    ///
    /// @param holder the adopted registration, which ends
    /// @param successor the same node's, which lasts as long as its connection
    void handedOver(Registration holder, Registration successor);
}
