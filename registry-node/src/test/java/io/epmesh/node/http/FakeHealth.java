package io.epmesh.node.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/// A peer that is as ready as the test says.
record FakeHealth(AtomicBoolean ready) implements Health {
    @Override
    public boolean isReady() {
        return ready.get();
    }

    @Override
    public CompletionStage<String> metrics() {
        return CompletableFuture.completedFuture("up 1\n");
    }
}
