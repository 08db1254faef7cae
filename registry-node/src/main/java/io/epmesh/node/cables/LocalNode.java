package io.epmesh.node.cables;

import io.epmesh.node.naming.NodeName;
import java.util.Optional;

/// A registered node of this host. Immutable.
///
/// @param node full name
/// @param assumed whether its host part is not known for sure
/// @param source address literal from which it registered, where that is not this host
/// @param port distribution port, 0..65535
public record LocalNode(NodeName node, boolean assumed, Optional<String> source, int port) {}
