package io.epmesh.node.cables;

import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.relay.TunnelSettings.Tls;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// What the tunnel is encrypted with now. Any thread.
final class TunnelKey implements Supplier<Optional<Tls>> {
    private volatile Optional<Tls> tls;

    private TunnelKey(Optional<Tls> tls) {
        this.tls = tls;
    }

    static TunnelKey of(Optional<MeshKey> key) throws IOException {
        return new TunnelKey(key.isPresent() ? Optional.of(tls(key.get())) : Optional.empty());
    }

    void use(MeshKey fresh) throws IOException {
        tls = Optional.of(tls(fresh));
    }

    private static Tls tls(MeshKey key) throws IOException {
        return new Tls(key.forServer(), key.forClient());
    }

    @Override
    public Optional<Tls> get() {
        return tls;
    }
}
