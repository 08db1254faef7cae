package io.epmesh.gossip;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What peers say to each other. Types are given out in an append-only list in [MessageCodec];
/// `docs/gossip-protocol.md` draws the bytes.
sealed interface Message {
    /// Who speaks; in front of every message, so that every message is a beat.
    ///
    /// @param version of the sender's newest entries
    record Header(PeerId sender, Beat beat, long version) {
        Stamp stamp() {
            return new Stamp(beat.incarnation(), version);
        }
    }

    /// Only the header.
    record Alive() implements Message {}

    /// Asks `target` for a beat: itself, or whoever reaches it. `known` is the last one heard.
    record Ping(PeerId target, Beat known) implements Message {}

    /// What the sender holds and has heard of others.
    record Witness(List<OwnerLine> lines) implements Message {}

    /// The digests of the sender's state.
    ///
    /// @param reply the receiver shall answer with its own
    /// @param digest by section; sections that the receiver does not know say nothing to it
    /// @param question what the asker wants back with the answer, its own affair
    /// @param vitals how the sender is; in answers alone
    record Summary(boolean reply, Digest digest, Optional<Long> question, Optional<Vitals> vitals)
            implements Message {
        /// Neither asks nor answers.
        Summary(Digest digest) {
            this(false, digest, Optional.empty(), Optional.empty());
        }
    }

    /// Asks for what is newer than `lines`.
    ///
    /// @param all `lines` are all that the sender knows, so owners missing in it are news too
    /// @param mayAskBack the receiver, where it finds `lines` to be newer, asks for that in turn
    record OwnersPull(boolean all, boolean mayAskBack, List<OwnerLine> lines) implements Message {}

    /// Changes of the sender's own entries, from the version `base` to `version`.
    record OwnerDelta(
            long incarnation, long base, long version, Map<Key, Bytes> puts, List<Key> removed)
            implements Message {}

    /// All that the sender holds of one owner.
    record OwnerState(OwnerLine line, Map<Key, Bytes> entries, Verdict verdict)
            implements Message {}

    /// What the sender found of an orphaned owner's entries, those of `stamp`.
    record Judgement(PeerId owner, Stamp stamp, Verdict verdict) implements Message {}

    /// Writes of mappings, in the order of their counters for each writer.
    record MappingWrites(List<MappingWrite> writes) implements Message {}

    /// Asks for every writer of which the receiver holds something else.
    ///
    /// @param mayAskBack as in [OwnersPull]
    record MappingsPull(boolean mayAskBack, List<WriterLine> lines) implements Message {}

    /// All that the sender holds of some writers, as it was at one moment.
    ///
    /// @param asker the incarnation that asked: these writers alone, without those that it held
    ///   alike when it asked, mean nothing to one that has lost some of them since
    record MappingsState(long asker, List<WriterState> writers) implements Message {}

    /// A slice of a message too large to be sent in one piece.
    ///
    /// @param stream numbers the sender's cut messages
    record Part(long stream, int index, int count, Bytes slice) implements Message {}

    /// A type that a newer version has brought.
    record Unknown(int type) implements Message {}

    /// One owner as the sender knows it, without its entries.
    ///
    /// @param stamp of the entries that the sender holds
    /// @param quarantined the sender holds none of that stamp's entries, for they are too many
    /// @param beat the newest one that the sender has heard of
    /// @param version of the entries that the owner announced with that beat
    /// @param ageMillis since the sender saw `beat` to be new, capped at 32 bits
    /// @param verdict which one the sender holds, without its findings
    record OwnerLine(
            PeerId owner,
            Stamp stamp,
            boolean quarantined,
            Beat beat,
            long version,
            long ageMillis,
            Verdict verdict) {
        /// What the owner announced to hold.
        Stamp announced() {
            return new Stamp(beat.incarnation(), version);
        }
    }

    /// One writer as the sender knows it, without its mappings.
    record WriterLine(WriterId writer, long counter, long hash) {}

    /// One writer's mappings that still stand.
    ///
    /// @param counter all writes up to it are known
    /// @param live those that no later write has superseded
    /// @param doomed counters above `counter` that a later write has superseded already
    record WriterState(WriterId writer, long counter, List<LiveWrite> live, List<Long> doomed) {
        public WriterState {
            Set<Long> counters = new HashSet<>();
            for (LiveWrite write : live) {
                if (!counters.add(write.counter())) {
                    throw new IllegalArgumentException(
                            "live: %d twice (expected: once)".formatted(write.counter()));
                }
                if (write.counter() > counter) {
                    throw new IllegalArgumentException(
                            "live: %d (expected: <= %d)".formatted(write.counter(), counter));
                }
            }
            for (long dot : doomed) {
                if (dot <= counter) {
                    throw new IllegalArgumentException(
                            "doomed: %d (expected: > %d)".formatted(dot, counter));
                }
            }
        }
    }

    /// A write that still stands.
    record LiveWrite(long counter, long wallMillis, Key key, Bytes value) {}
}
