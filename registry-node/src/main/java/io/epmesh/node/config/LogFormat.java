package io.epmesh.node.config;

/// How a line of the log looks.
public enum LogFormat {
    /// Time, level, source and a sentence.
    TEXT,
    /// One JSON object.
    JSON
}
