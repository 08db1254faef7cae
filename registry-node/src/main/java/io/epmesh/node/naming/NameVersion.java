package io.epmesh.node.naming;

/// A point in what one peer has answered for names since it started. Those of one run can be
/// compared; of another run nothing is known.
///
/// @param run random, new at each start of the peer
/// @param number rises with each change, from 0
public record NameVersion(long run, long number) {}
