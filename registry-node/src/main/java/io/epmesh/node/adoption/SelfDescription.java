package io.epmesh.node.adoption;

/// What a node said of itself in a distribution handshake.
///
/// @param name part of its full name before the `@`
/// @param host part of its full name behind the `@`
/// @param creation its creation, 1..2^32-1, which tells it from an earlier or later node of the
///   same name
public record SelfDescription(String name, String host, long creation) {
    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public SelfDescription {
        if (creation < 1 || creation > 0xffff_ffffL) {
            throw new IllegalArgumentException(
                    "creation: %d (expected: 1..2^32-1)".formatted(creation));
        }
    }

    String fullName() {
        return name + "@" + host;
    }
}
