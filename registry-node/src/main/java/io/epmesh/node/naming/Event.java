package io.epmesh.node.naming;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// One change, as one peer has seen it: the line that its log, the mesh session and HTTP tell.
/// `docs/operating.md` lists the kinds and the fields of each.
///
/// @param id of the event
/// @param at when the peer saw the change, by its clock
/// @param kind text of a [Kind], or of one that a later version has brought
/// @param fields what the kind says, in order, each key once
public record Event(EventId id, Instant at, String kind, List<Field> fields) {
    private static final Pattern PLAIN = Pattern.compile("[^\\s\"=\\\\\\p{Cntrl}]+");

    /// Copies the fields.
    public Event {
        fields = List.copyOf(fields);
    }

    /// One thing that an event says.
    ///
    /// @param key short, of lower-case letters and hyphens
    /// @param value any text; it may come from a stranger
    public record Field(String key, String value) {}

    /// {@return the value of a field; empty: the event has no such field}
    ///
    /// @param key of the field
    public Optional<String> field(String key) {
        return fields.stream().filter(f -> f.key().equals(key)).map(Field::value).findFirst();
    }

    /// {@return `kind key=value … id=…`; a value that is no plain word is quoted}
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder(kind);
        fields.forEach(f -> line.append(' ').append(f.key()).append('=').append(quoted(f.value())));
        return line.append(" id=").append(id).toString();
    }

    private static String quoted(String value) {
        return PLAIN.matcher(value).matches()
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// What has changed.
    public enum Kind {
        /// This peer begins to tell: it has started, or taken a new identity.
        STARTED(Level.DEBUG),
        /// A node has registered, or registered again.
        REGISTERED(Level.DEBUG),
        /// A node has outlived its peer, which goes on with its registration.
        ADOPTED(Level.DEBUG),
        /// A node has told its full name, of which the host part was assumed to be another.
        NAMED(Level.DEBUG),
        /// A node has ended.
        LOST(Level.DEBUG),
        /// Nothing is heard of the peer of a node.
        ORPHANED(Level.DEBUG),
        /// The peer of an orphaned node is back, and has the node.
        RETURNED(Level.DEBUG),
        /// An orphaned node did not prove to be alive.
        WITHDRAWN(Level.DEBUG),
        /// A name has more than one entry now.
        CONFLICT(Level.INFO),
        /// A name has one entry again.
        SETTLED(Level.INFO),
        /// A mapping was put.
        MAPPED(Level.INFO),
        /// A mapping was removed.
        UNMAPPED(Level.INFO),
        /// Another peer is heard: a new one, or one that was started again.
        PEER_UP(Level.INFO),
        /// Another peer is heard again, which has run all the while: a partition has healed.
        PEER_MERGED(Level.INFO),
        /// Another peer is not heard any more.
        PEER_ORPHANED(Level.INFO),
        /// Another peer has left, or was forgotten.
        PEER_LEFT(Level.INFO),
        /// Another peer tells more than one peer may.
        PEER_QUARANTINED(Level.INFO),
        /// Another peer tells no more than it may again.
        PEER_RELEASED(Level.INFO),
        /// Cables are cut.
        CUT(Level.INFO),
        /// Cables are slowed.
        SLOWED(Level.INFO),
        /// Cables are open again, as somebody has ordered.
        FIXED(Level.INFO),
        /// Cables are open again, as the time of the cut is over.
        CUT_OVER(Level.INFO);

        private final Level level;

        Kind(Level level) {
            this.level = level;
        }

        /// {@return the level of its line in the log; debug: it is about a single node, or the log
        /// has said so in other words}
        public Level level() {
            return level;
        }

        /// {@return the kind as everybody spells it}
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// An event without its place in the history.
    ///
    /// @param kind what has changed
    /// @param fields what there is to say of it
    public record Draft(Kind kind, List<Field> fields) {
        /// {@return one that says nothing yet}
        ///
        /// @param kind what has changed
        public static Draft of(Kind kind) {
            return new Draft(kind, List.of());
        }

        /// {@return the same with one field more}
        ///
        /// @param key of the field
        /// @param value of the field
        public Draft with(String key, Object value) {
            List<Field> more = new ArrayList<>(fields);
            more.add(new Field(key, value.toString()));
            return new Draft(kind, List.copyOf(more));
        }
    }
}
