package io.epmesh.node.doctor;

import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Status;
import java.util.List;

/// What answers at an EPMD port of this host.
sealed interface AtPort {
    /// A peer.
    ///
    /// @param settings its configuration
    /// @param peers whom it knows, itself included
    /// @param status whether they agree
    record Peer(List<Setting> settings, List<PeerEntry> peers, Status status) implements AtPort {
        public Peer {
            settings = List.copyOf(settings);
            peers = List.copyOf(peers);
        }

        /// The value of a key, which every peer tells.
        String value(String key) {
            return settings.stream()
                    .filter(setting -> setting.key().equals(key))
                    .map(Setting::value)
                    .findFirst()
                    .orElse("");
        }
    }

    /// An epmd that is no peer: the C program, or another one.
    ///
    /// @param names how many nodes are registered with it
    record Epmd(int names) implements AtPort {}

    /// What answers as epmd, and may be a peer that is too busy for more.
    ///
    /// @param reason why it is not known, a sentence
    record Unclear(String reason) implements AtPort {}

    /// Something that does not speak EPMD.
    record Stranger() implements AtPort {}

    /// Nothing.
    ///
    /// @param reason the system's words
    record Nothing(String reason) implements AtPort {}
}
