package io.epmesh.epmd;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A server in a process of its own, whose limits a test sets; it prints its port.
final class LimitedServer {
    private LimitedServer() {}

    public static void main(String[] arguments) throws InterruptedException {
        StartResult result =
                EpmdServer.start(
                        EpmdSettings.DEFAULTS.withPort(0), new RecordingDirectory(), Map.of());
        if (result instanceof StartResult.Started(EpmdServer server)) {
            System.out.println(server.port());
            new CountDownLatch(1).await();
        }
        System.exit(1);
    }
}
