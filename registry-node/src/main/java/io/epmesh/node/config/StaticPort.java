package io.epmesh.node.config;

import io.epmesh.node.naming.Glob;

/// A rule for nodes that nobody registered; of several the first that matches counts.
///
/// @param nodes which nodes
/// @param port their distribution port, 1..65535
public record StaticPort(Glob nodes, int port) {}
