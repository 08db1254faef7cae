package io.epmesh.node.cables;

import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.relay.TunnelSettings.Tls;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Supplier;

/// What connections between relays are encrypted with now. Any thread.
public final class TunnelKey implements Supplier<Optional<Tls>> {
    private static final Logger LOG = System.getLogger(TunnelKey.class.getName());

    private volatile Optional<Tls> tls;

    private TunnelKey(Optional<Tls> tls) {
        this.tls = tls;
    }

    /// Begins with a key.
    ///
    /// @param key of the mesh; empty: cables between hosts are in clear text, as gossip is
    /// @return what it makes
    /// @throws IOException in one sentence: why the key cannot be used
    public static TunnelKey of(Optional<MeshKey> key) throws IOException {
        return new TunnelKey(key.isPresent() ? Optional.of(tls(key.get())) : Optional.empty());
    }

    /// Uses another key for connections to come. One that cannot be used is logged, and the last
    /// one stays.
    ///
    /// @param fresh the key
    public void use(MeshKey fresh) {
        try {
            tls = Optional.of(tls(fresh));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "relay: the last good key stays in use: {0}", e.getMessage());
        }
    }

    private static Tls tls(MeshKey key) throws IOException {
        return new Tls(key.forServer(), key.forClient());
    }

    @Override
    public Optional<Tls> get() {
        return tls;
    }
}
