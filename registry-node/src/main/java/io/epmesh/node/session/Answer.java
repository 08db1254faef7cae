package io.epmesh.node.session;

import io.epmesh.node.cables.Way;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.MappingEntry;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Status;
import java.util.List;
import java.util.Optional;

/// What a peer answers; lists may come in several parts, the last one with `more` false.
sealed interface Answer {
    record Nodes(boolean more, List<NodeEntry> nodes) implements Answer {}

    record Found(Optional<NodeEntry> node) implements Answer {}

    record Peers(boolean more, List<PeerEntry> peers) implements Answer {}

    record Mappings(boolean more, List<MappingEntry> mappings) implements Answer {}

    record StatusIs(Status status) implements Answer {}

    record Settings(boolean more, List<Setting> settings) implements Answer {}

    /// One part of what a watch tells.
    record Watched(NameUpdate update) implements Answer {}

    record Events(boolean more, List<Event> events) implements Answer {}

    /// The client is registered.
    ///
    /// @param creation its creation, 0..2^32-1
    /// @param resume secret with which it may go on from another session, 32 hexadecimal digits
    record Registered(long creation, String resume) implements Answer {}

    /// An order for cables is given.
    record Ordered(boolean more, List<CutResult.Remark> remarks) implements Answer {}

    record Cables(boolean more, List<CableRow> rows) implements Answer {}

    /// Where to connect; empty: there is no such node, or no way to it.
    record WayIs(Optional<Way> way) implements Answer {}

    /// A write is done, or a ping heard.
    record Done() implements Answer {}

    /// An error; its numbers may be of a later version.
    ///
    /// @param code what went wrong
    /// @param definite whether the request surely had no effect
    /// @param text one sentence for people
    record Failure(int code, boolean definite, String text) implements Answer {
        static Failure of(ErrorCode code, String text) {
            return new Failure(code.number(), code.definite(), text);
        }
    }
}
