package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/// The table of names that are registered now; owned by the event loop.
///
/// **Creations.** Each name has a counter of 32 bits. It starts above the clock's seconds, above
/// the floor that the node hands in and above all that was forgotten, and rises by one at each new
/// registration: so it differs between successive lives of a name, across restarts too. It is never
/// 0..3. Registrants below version 6 know two bits only and are told `counter % 3 + 1`.
final class Registrations {
    private static final long LOWEST_COUNTER = 4;

    /// How an attempt to register ended.
    sealed interface Claim {
        record Granted(Registration registration) implements Claim {}

        record Taken() implements Claim {}

        record Full() implements Claim {}

        record OverShare() implements Claim {}
    }

    /// @param far whether it counts among the shares of other hosts
    private record Entry(Registration registration, Owner owner, long counter, boolean far) {}

    private final InstantSource clock;
    private final int capacity;
    private final long creationFloor;
    private final SourceShares shares;
    private final Predicate<InetAddress> isFar;
    private final FreedNames freed = new FreedNames();

    /// Invariant: the last registered name comes first.
    private final LinkedHashMap<NodeName, Entry> entries = new LinkedHashMap<>();

    private long lastId;

    /// @param capacity most names at a time
    /// @param creationFloor 32 bits; counters of names unknown here start above it
    /// @param shares what other hosts may have of the capacity
    /// @param isFar whether an address is another host's
    Registrations(
            InstantSource clock,
            int capacity,
            long creationFloor,
            SourceShares shares,
            Predicate<InetAddress> isFar) {
        this.clock = clock;
        this.capacity = capacity;
        this.creationFloor = creationFloor;
        this.shares = shares;
        this.isFar = isFar;
    }

    Claim claim(Alive2 request, InetAddress source, Owner owner) {
        return obstacle(request.name(), source)
                .orElseGet(() -> new Claim.Granted(claimFreed(request, source, owner)));
    }

    private Optional<Claim> obstacle(NodeName name, InetAddress source) {
        if (entries.containsKey(name)) {
            return Optional.of(new Claim.Taken());
        }
        if (entries.size() >= capacity) {
            return Optional.of(new Claim.Full());
        }
        return isFar.test(source) && !shares.hasRoom(source)
                ? Optional.of(new Claim.OverShare())
                : Optional.empty();
    }

    /// Registers a name that nobody has, now that there is room for it.
    Registration claimFreed(Alive2 request, InetAddress source, Owner owner) {
        Instant now = clock.instant();
        long counter = nextCounter(request.name(), now);
        long creation = request.info().highestVersion() >= 6 ? counter : counter % 3 + 1;
        Registration registration =
                new Registration(
                        ++lastId,
                        request.name(),
                        request.info(),
                        creation,
                        now,
                        source,
                        owner.host(),
                        owner.creation());
        put(registration, owner, counter);
        return registration;
    }

    private void put(Registration registration, Owner owner, long counter) {
        boolean far = isFar.test(registration.source());
        if (far) {
            shares.take(registration.source());
        }
        entries.putFirst(registration.name(), new Entry(registration, owner, counter, far));
    }

    /// Takes in a registration of a former life, as the newest.
    void adopt(Registration adopted, Owner owner) {
        lastId = Math.max(lastId, adopted.id());
        put(adopted, owner, adoptedCounter(adopted));
    }

    /// Takes one in behind the start, under the next id; nothing if its name was claimed since, or
    /// there is no room.
    Optional<Registration> adoptLate(
            LongFunction<Registration> late, Function<Registration, Owner> owner) {
        Registration adopted = late.apply(lastId + 1);
        NodeName name = adopted.name();
        if (obstacle(name, adopted.source()).isPresent() || freed.remembers(name)) {
            return Optional.empty();
        }
        adopt(adopted, owner.apply(adopted));
        return Optional.of(adopted);
    }

    /// A counter from which the next creation differs from the adopted one. It is the creation
    /// itself, save where the node knows two bits only: then one from now that tells the same.
    private long adoptedCounter(Registration adopted) {
        long floor = Math.max(creationFloor, freed.highestForgotten());
        if (adopted.info().highestVersion() >= 6) {
            return Math.max(adopted.creation(), floor);
        }
        long counter =
                Math.max(
                        Math.max(LOWEST_COUNTER, floor),
                        clock.instant().getEpochSecond() & Unsigned.MAX_32);
        return counter + Math.floorMod(adopted.creation() - 1 - counter, 3L);
    }

    private long nextCounter(NodeName name, Instant now) {
        long previous =
                freed.recall(name)
                        .map(FreedName::counter)
                        .orElseGet(() ->
                                Math.max(
                                        now.getEpochSecond() & Unsigned.MAX_32,
                                        Math.max(creationFloor, freed.highestForgotten())));
        long next = (previous + 1) & Unsigned.MAX_32;
        return Math.max(next, LOWEST_COUNTER);
    }

    /// Frees the name, if it is still this registration that holds it.
    ///
    /// @return whether it was
    boolean release(Registration registration) {
        Entry entry = entries.get(registration.name());
        if (entry == null || entry.registration().id() != registration.id()) {
            return false;
        }
        entries.remove(registration.name());
        if (entry.far()) {
            shares.giveBack(registration.source());
        }
        freed.remember(
                new FreedName(
                        registration.name(),
                        registration.id(),
                        registration.info().port(),
                        entry.counter()));
        return true;
    }

    Optional<Registration> find(NodeName name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::registration);
    }

    Optional<Owner> owner(NodeName name) {
        return Optional.ofNullable(entries.get(name)).map(Entry::owner);
    }

    /// The registered names, newest first.
    List<Registration> active() {
        return entries.values().stream().map(Entry::registration).toList();
    }

    /// The names that are remembered and not registered, the first freed first.
    List<FreedName> unused() {
        return freed.list();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }
}
