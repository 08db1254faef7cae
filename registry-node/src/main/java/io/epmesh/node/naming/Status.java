package io.epmesh.node.naming;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Whether the mesh agrees: all peers that answered, grouped by the digest of what they know.
///
/// @param self id of the peer that asked
/// @param converged one group, and no living peer silent
/// @param groups peers of equal digest, the group of the asking peer first
/// @param silent peers believed alive that did not answer in time
/// @param spells how long peers have differed, as the asking peer has seen it
public record Status(
        String self,
        boolean converged,
        List<Group> groups,
        List<PeerRef> silent,
        Spells.Summary spells) {
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
    /// @param told how it is; empty: it did not say
    /// @param lags in what it knows something else than the asking peer, the largest first; of very
    ///   many not all
    public record PeerRef(String id, String host, Optional<Told> told, List<Lag> lags) {
        /// Copies the list.
        public PeerRef {
            lags = List.copyOf(lags);
        }

        /// Of which no more is known.
        ///
        /// @param id 32 lower-case hexadecimal digits
        /// @param host canonical host name; empty while unknown
        public PeerRef(String id, String host) {
            this(id, host, Optional.empty(), List.of());
        }

        /// {@return its host, or its id while that is not known}
        public String name() {
            return host.isEmpty() ? id : host;
        }
    }

    /// What a peer says of itself.
    ///
    /// @param uptime since its process was started
    /// @param residentBytes its memory; 0: its system does not tell
    /// @param roundTrip of the question and its answer, through the queues of both peers
    /// @param clockAhead how far its clock is ahead of the asking peer's, negative: behind; wrong
    ///   by half of the round trip at most, and by a millisecond
    public record Told(
            Duration uptime, long residentBytes, Duration roundTrip, Duration clockAhead) {}

    /// In what a peer knows something else. Where both numbers are 0 it judges the owner otherwise:
    /// hears it or not, or has found something else of its nodes.
    ///
    /// @param owner whose names, by the id of the peer; empty: the mappings and cuts
    /// @param host of the owner; empty while unknown
    /// @param missing changes that the peer does not have
    /// @param ahead changes that the asking peer does not have
    public record Lag(String owner, String host, long missing, long ahead) {
        /// {@return the owner's host, or its id while that is not known}
        public String name() {
            return host.isEmpty() ? owner : host;
        }
    }
}
