package io.epmesh.node.session;

/// How a client introduces itself; the body of the first frame behind its opcode.
///
/// @param minVersion lowest protocol version that it speaks, 0..65535
/// @param maxVersion highest protocol version that it speaks, 0..65535
/// @param node its full node name; empty: it is no node
/// @param token proof that it may write; empty: it has none
/// @param features bits of abilities, none in this version
record Hello(int minVersion, int maxVersion, String node, String token, long features) {
    /// What this version's client says, without a token.
    static final Hello OURS = of("");

    /// What this version's client says.
    static Hello of(String token) {
        return new Hello(MeshCodec.VERSION, MeshCodec.VERSION, "", token, 0);
    }

    /// Without the token, which is a secret.
    @Override
    public String toString() {
        return "Hello[%d..%d, node=%s]".formatted(minVersion, maxVersion, node);
    }
}
