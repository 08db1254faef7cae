package io.epmesh.node.session;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// A channel of a client that has an address.
final class AddressedChannel extends EmbeddedChannel {
    /// Asked for before the constructor sets it.
    private final @Nullable InetSocketAddress client;

    AddressedChannel(String address) {
        client = new InetSocketAddress(InetAddress.ofLiteral(address), 5);
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return isActive() ? client : null;
    }
}
