package io.epmesh.epmd;

/// A name that was registered once and is not now.
///
/// @param id of its last registration
/// @param port of its last registration
/// @param counter 32 bits, from which its last creation was made; the next one is above it
record FreedName(NodeName name, long id, int port, long counter) {}
