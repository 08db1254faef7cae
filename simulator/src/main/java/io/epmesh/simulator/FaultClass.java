package io.epmesh.simulator;

/// What can go wrong. A seed has some of these switched off, and draws for each of the others how
/// often it strikes.
enum FaultClass {
    /// Messages are lost at random.
    LOSS,
    /// Messages arrive twice.
    DUPLICATION,
    /// Messages take up to two seconds, each another time, so that they overtake each other.
    DELAY,
    /// Some hosts are not heard by some others, and hear them.
    ONE_WAY,
    /// Two groups hear nothing of each other, and both hear one host between them.
    BRIDGE,
    /// Groups that hear nothing of each other.
    ISLANDS,
    /// kill -9 and loss of power, of one host, some or all.
    CRASH,
    /// Processes stand still.
    PAUSE,
    /// A host starts with a copy of another one's data directory.
    CLONE,
    /// A host starts with its data directory as it was some time ago, sometimes with its clock too.
    ROLLBACK,
    /// A wall clock jumps, by up to a day.
    CLOCK_STEP,
    /// A disk refuses writes; some of them are on it all the same.
    DISK_REFUSES,
    /// A disk takes seconds to sync.
    DISK_SLOW,
    /// The network suspects members that are well.
    FALSE_SUSPICION,
    /// A peer leaves for good, and comes back later.
    LEAVE,
    /// Somebody forgets a peer that it believes to be gone.
    FORGET
}
