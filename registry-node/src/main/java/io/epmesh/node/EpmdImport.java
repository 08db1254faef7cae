package io.epmesh.node;

import io.epmesh.node.adoption.ListeningSockets;
import io.epmesh.node.adoption.RecordedNode;
import io.epmesh.node.adoption.RegistrationLog;
import io.epmesh.node.adoption.Takeover;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.handshake.DistributionHandshake;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Takes the names of a running epmd down in the data directory, where the next start of the peer
/// finds them and adopts those that prove to live. For a package that replaces that epmd, whose
/// socket the service manager holds: a takeover by the peer itself could not end it. With
/// `takeover` it is ended, which takes the right to signal it.
public final class EpmdImport {
    private static final Logger LOG = System.getLogger(EpmdImport.class.getName());

    private EpmdImport() {}

    /// Asks the epmd, and writes.
    ///
    /// @param configuration tells the port and the data directory
    /// @return exit code: 0 when the names are written, or there is no epmd; 1 otherwise, which is
    ///   logged in one sentence
    /// @throws InterruptedException if the calling thread is interrupted
    public static int run(Configuration configuration) throws InterruptedException {
        int port = configuration.epmd().port();
        if (port == 0) {
            return refuse("epmd-port: 0 (expected: the port of the other epmd)");
        }
        DistributionHandshake handshake =
                new DistributionHandshake(DistributionHandshake.DEFAULT_DEADLINE);
        try {
            Takeover takeover = new Takeover(port, ListeningSockets::read, handshake);
            return switch (takeover.look()) {
                case Takeover.Found.Nothing() -> {
                    LOG.log(
                            Level.INFO,
                            "import: no epmd at port {0}, nothing to take down",
                            Integer.toString(port));
                    yield 0;
                }
                case Takeover.Found.Foreign(String reason) -> refuse(reason);
                case Takeover.Found.Epmd(List<RecordedNode> nodes) -> {
                    int code = write(configuration.dataDir(), nodes);
                    yield code == 0 && configuration.takeover() ? end(takeover) : code;
                }
            };
        } finally {
            handshake.close();
        }
    }

    private static int write(Path directory, List<RecordedNode> nodes) {
        try {
            Files.createDirectories(directory);
            try (FileChannel _ = DataDirectory.lock(directory);
                    RegistrationLog log = Adoption.log(directory)) {
                nodes.forEach(log::put);
            }
        } catch (DataDirectory.InUseException | IOException e) {
            return refuse(String.valueOf(e.getMessage()));
        }
        LOG.log(
                Level.INFO,
                "import: {0} names are taken down, the next start adopts them: {1}",
                nodes.size(),
                nodes.stream().map(node -> node.name().value()).toList());
        return 0;
    }

    private static int end(Takeover takeover) throws InterruptedException {
        return takeover.end().map(EpmdImport::refuse).orElse(0);
    }

    private static int refuse(String reason) {
        LOG.log(Level.ERROR, "import: {0}", reason);
        return 1;
    }
}
