package io.epmesh.gossip.jgroups;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/// What one key makes of a connection: TLS 1.3 in which both sides prove that they hold a trusted
/// key. Immutable; any thread.
///
/// @param key of the mesh
/// @param server for connections that others open
/// @param client for connections that this peer opens
/// @param computing does the costly part of handshakes: strangers may ask for many, which must not
///   keep the event loop from the beats of members
record Tls(MeshKey key, SslContext server, SslContext client, Executor computing) {
    /// Less than the time that a stranger has in all.
    private static final long HANDSHAKE_MILLIS = 1_900;

    /// The quick compiler, which most peers have, knows no instructions for AES; without them
    /// ChaCha20 is several times as fast.
    private static final List<String> SUITES =
            List.of(
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384");

    static Tls of(MeshKey key, Executor computing) throws IOException {
        return new Tls(key, key.forServer(SUITES), key.forClient(SUITES), computing);
    }

    SslHandler accepting(Channel channel) {
        return limited(server.newHandler(channel.alloc(), computing));
    }

    SslHandler opening(Channel channel) {
        return limited(client.newHandler(channel.alloc(), computing));
    }

    /// Whether the other side of a connection has proved a key that is trusted now.
    boolean trusts(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            return false;
        }
        try {
            return handler.engine().getSession().getPeerCertificates()[0]
                            instanceof X509Certificate shown
                    && key.trusts(shown);
        } catch (SSLPeerUnverifiedException e) {
            return true; // not proved anything yet: the handshake under way decides
        }
    }

    private static SslHandler limited(SslHandler handler) {
        handler.setHandshakeTimeout(HANDSHAKE_MILLIS, TimeUnit.MILLISECONDS);
        return handler;
    }
}
