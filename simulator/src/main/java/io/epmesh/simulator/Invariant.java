package io.epmesh.simulator;

/// What must hold, whatever happens; `docs/testing.md` says where each is checked.
enum Invariant {
    /// Peers that can reach each other hold the same, soon after the last fault.
    CONVERGED,
    /// A peer shows exactly the puts that it knows but those that writes which it knows supersede,
    /// and of several under a key the same winner as all.
    MAPPINGS_EXACT,
    /// What a peer knows and what it has shown never goes back within a run: writes, stamps, beats.
    MONOTONIC,
    /// An acknowledged write survives every fault that the promise covers.
    ACKNOWLEDGED,
    /// What a peer knows is on its own disk soon.
    KEPT_EVERYWHERE,
    /// Nothing is sent, shown or acknowledged before it is on its writer's disk.
    DURABLE_FIRST,
    /// No number is given to two writes, no stamp to two states.
    UNIQUE,
    /// Under a stamp a peer shows what the owner published under it.
    ENTRIES_EXACT,
    /// An owner is living only with entries at least as new as it had at its last beat known.
    NO_STALE_REVIVAL,
    /// An owner of which nobody has heard anything new is no longer living.
    HIDDEN_IN_TIME,
    /// An owner with a working link both ways is not away for long.
    NOT_HIDDEN_FALSELY,
    /// The table of names, kept from changes alone, equals one made from the state alone.
    LOOKUPS_PURE,
    /// All peers answer a full name alike, once they have converged.
    WINNERS_ALIKE,
    /// A pair of which a fix is known that was given beside a cut, or later, is open; one without
    /// is as the last order says; and no sweep takes what is not over.
    FIX_WINS,
    /// A cut of some seconds is over on every peer in time.
    CUTS_END,
    /// Peers that have converged send no state to each other any more.
    QUIET,
    /// The core throws nothing.
    NO_BUG
}
