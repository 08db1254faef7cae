package io.epmesh.gossip;

import java.util.HexFormat;

/// A fingerprint of all replicated state: equal digests, equal state.
///
/// @param owners over every owner's stamp, whether it is living, and its verdict
/// @param mappings over every writer's counter, standing writes and doomed set
public record Digest(long owners, long mappings) {
    /// {@return 32 hexadecimal digits}
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(owners) + HexFormat.of().toHexDigits(mappings);
    }
}
