package io.epmesh.bench;

/// What a client of one host was told of a name.
///
/// @param host number of the host, from 1
/// @param name what it is about
/// @param state what it is now
/// @param nanos when the client had read it
record Sighting(int host, String name, State state, long nanos) {
    /// What there is to be told.
    enum State {
        UP,
        ORPHANED,
        GONE
    }
}
