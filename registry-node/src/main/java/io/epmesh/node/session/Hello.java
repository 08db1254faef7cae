package io.epmesh.node.session;

/// How a client introduces itself; the body of the first frame behind its opcode.
///
/// @param minVersion lowest protocol version that it speaks, 0..65535
/// @param maxVersion highest protocol version that it speaks, 0..65535
/// @param node its full node name; empty: it is no node
/// @param token proof that it may write; empty in this version
/// @param features bits of abilities, none in this version
record Hello(int minVersion, int maxVersion, String node, String token, long features) {
    /// What this version's client says.
    static final Hello OURS = new Hello(MeshCodec.VERSION, MeshCodec.VERSION, "", "", 0);
}
