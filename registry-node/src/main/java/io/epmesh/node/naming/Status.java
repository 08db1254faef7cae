package io.epmesh.node.naming;

import java.util.List;

/// Whether the mesh agrees: all peers that answered, grouped by the digest of what they know.
///
/// @param self id of the peer that asked
/// @param converged one group, and no living peer silent
/// @param groups peers of equal digest, the group of the asking peer first
/// @param silent peers believed alive that did not answer in time
public record Status(String self, boolean converged, List<Group> groups, List<PeerRef> silent) {
    /// Copies the lists.
    public Status {
        groups = List.copyOf(groups);
        silent = List.copyOf(silent);
    }

    /// Peers that know the same.
    ///
    /// @param digest their digest, hexadecimal
    /// @param peers who they are
    public record Group(String digest, List<PeerRef> peers) {
        /// Copies the list.
        public Group {
            peers = List.copyOf(peers);
        }
    }

    /// A peer in a few words.
    ///
    /// @param id 32 lower-case hexadecimal digits
    /// @param host canonical host name; empty while unknown
    public record PeerRef(String id, String host) {}
}
