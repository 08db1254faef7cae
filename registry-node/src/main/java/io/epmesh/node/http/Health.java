package io.epmesh.node.http;

import java.util.concurrent.CompletionStage;

/// How the peer itself is. Called on the thread `http`, must not block.
public interface Health {
    /// {@return whether the EPMD port answers}
    boolean isReady();

    /// {@return the metrics, as text of Prometheus, within about a second}
    CompletionStage<String> metrics();
}
