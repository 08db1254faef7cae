package io.epmesh.node.config;

/// A configuration that cannot be used: one sentence with the value, the expectation and the
/// origin. The program ends with exit code 2.
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1;

    /// Creates it.
    ///
    /// @param message the sentence
    public ConfigurationException(String message) {
        super(message);
    }
}
