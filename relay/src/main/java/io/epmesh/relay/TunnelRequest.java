package io.epmesh.relay;

/// What a relay asks of another; [TunnelCodec] has its bytes.
sealed interface TunnelRequest {
    /// A cable between two nodes.
    record Join(String source, String target) implements TunnelRequest {}

    /// Which cables there are.
    record ListCables() implements TunnelRequest {}
}
