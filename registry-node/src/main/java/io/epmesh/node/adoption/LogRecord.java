package io.epmesh.node.adoption;

import io.epmesh.epmd.NodeName;

/// A line of the registration log, see [LogCodec].
sealed interface LogRecord {
    /// What follows belongs to this boot of the kernel; what came before is void.
    record Boot(String id) implements LogRecord {}

    /// The node is registered; replaces what was said of the name.
    record Held(RecordedNode node) implements LogRecord {}

    /// The name is free.
    record Freed(NodeName name) implements LogRecord {}

    /// At least the highest creation that was ever handed out.
    record Floor(long creation) implements LogRecord {}
}
