package io.epmesh.simulator;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Identity;
import io.epmesh.gossip.JournalCodec;
import io.epmesh.gossip.MalformedMessageException;
import io.epmesh.gossip.Mappings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A data directory: the identity, and a journal whose end is lost by a crash if it was not synced.
final class SimulatedDisk {
    private Optional<Identity> identity = Optional.empty();
    private final List<Bytes> records = new ArrayList<>();
    private int synced;

    /// Takes up the identity of the next run, as [Identity#load] does with files.
    Identity nextRun(RandomGenerator random, long micros) {
        identity = Optional.of(Identity.next(identity, random, micros));
        return identity.get();
    }

    /// The next run has a new id.
    void forgetIdentity() {
        identity = Optional.empty();
    }

    /// Returns the length of the journal with the record.
    int append(Bytes record) {
        records.add(record);
        return records.size();
    }

    void sync(int length) {
        synced = Math.max(synced, Math.min(length, records.size()));
    }

    void syncAll() {
        synced = records.size();
    }

    /// Takes off the record that was written last, as a disk does that refuses.
    void withdraw(int length) {
        if (records.size() == length && synced < length) {
            records.removeLast();
        }
    }

    /// Power is lost: of what was not synced some survives, in whole records, since one that is
    /// torn is cut off at the next start.
    void tear(RandomGenerator random) {
        int kept = synced + random.nextInt(records.size() - synced + 1);
        records.subList(kept, records.size()).clear();
        synced = kept;
    }

    SimulatedDisk copy() {
        SimulatedDisk copy = new SimulatedDisk();
        copy.identity = identity;
        copy.records.addAll(records);
        copy.synced = records.size();
        return copy;
    }

    /// What a peer that starts here knows of the mappings.
    Mappings restored() {
        Mappings restored = Mappings.EMPTY;
        try {
            for (Bytes record : records) {
                restored = JournalCodec.replay(restored, record.toArray());
            }
        } catch (MalformedMessageException e) {
            throw new Violation(Invariant.NO_BUG, "journal not readable: %s", e.getMessage());
        }
        return restored;
    }
}
