package io.epmesh.gossip;

/// The bounds of the replicated state and of its messages. A write beyond them is refused before it
/// is acknowledged; a message beyond them is malformed.
public final class Limits {
    /// Bytes of a key's name: a full node name of 255 code points on both sides of the `@`.
    public static final int KEY_BYTES = 2_048;

    /// Bytes of one value: EPMD's Extra field (1,020) and room for what describes a node.
    public static final int VALUE_BYTES = 8_192;

    /// Entries of one owner: a node at each port of a host, and what the peer says of itself. An
    /// owner with more is quarantined by the others.
    public static final int OWNER_ENTRIES = 65_536 + 64;

    /// Bytes of all keys and values of one owner: 256 for each of so many entries. An owner with
    /// more is quarantined by the others.
    public static final long OWNER_BYTES = 16 << 20;

    /// Peers known at once. One more takes the place of the one that left longest ago; if none has
    /// left, it is not met.
    public static final int OWNERS = 4_096;

    /// Mappings in the mesh; a local write beyond is refused, a remote one is still taken in, for
    /// peers that took different ones could never agree.
    public static final int MAPPINGS = 100_000;

    /// Bytes of all mappings' keys and values: the whole state fits into one message and one
    /// record.
    public static final long MAPPINGS_BYTES = 32 << 20;

    /// Writers in the version vector: one for each start of a peer that wrote at least once.
    public static final int WRITERS = 65_536;

    /// Dots that one write supersedes: concurrent writes of one key that its writer saw.
    static final int SUPERSEDED = 4_096;

    /// Bytes of one message before it is cut into parts.
    static final int MESSAGE_BYTES = 64 << 20;

    /// Bytes of one part as it goes to the network.
    static final int PART_BYTES = 32 << 10;

    /// Bytes of all messages that are being put together from parts.
    static final int REASSEMBLY_BYTES = 128 << 20;

    /// Deltas of its own registrations that an owner keeps for peers that lag behind.
    static final int DELTAS = 256;

    private Limits() {}
}
