package io.epmesh.gossip;

/// A snapshot and how it differs from the one before.
///
/// @param snapshot the newest state
/// @param changes since the last publication
public record Publication(Snapshot snapshot, Changes changes) {}
