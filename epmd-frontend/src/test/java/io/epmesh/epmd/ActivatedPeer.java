package io.epmesh.epmd;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A server in a process of its own, started as a service manager starts one.
final class ActivatedPeer {
    private ActivatedPeer() {}

    public static void main(String[] arguments) throws InterruptedException {
        StartResult result =
                EpmdServer.start(EpmdSettings.DEFAULTS, new RecordingDirectory(), Map.of());
        if (result instanceof StartResult.Started(EpmdServer server)) {
            server.ready();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
            new CountDownLatch(1).await();
        }
        System.err.println(result);
        System.exit(1);
    }
}
