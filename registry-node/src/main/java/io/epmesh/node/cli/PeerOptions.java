package io.epmesh.node.cli;

import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.WriteResult;
import io.epmesh.node.session.MeshClient;
import io.epmesh.node.session.MeshClientException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What all commands have that ask a peer: which one, and how to write its answer.
final class PeerOptions {
    private final Terminal terminal;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "table (default) or json",
            defaultValue = "TABLE")
    Format format = Format.TABLE;

    @Option(
            names = "--epmd-port",
            paramLabel = "PORT",
            description = "port of the peer on this host")
    private @Nullable String epmdPort;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "configuration file that tells the port")
    private @Nullable Path config;

    PeerOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    Terminal terminal() {
        return terminal;
    }

    /// Holds a conversation with the peer, and tells in one sentence why there is none.
    int ask(Conversation conversation) throws IOException {
        try (MeshClient client = connect()) {
            return conversation.hold(client);
        } catch (ConfigurationException e) {
            terminal.error(String.valueOf(e.getMessage()));
            return ExitCode.USAGE;
        } catch (MeshClientException e) {
            terminal.error(String.valueOf(e.getMessage()));
            return switch (e) {
                case MeshClientException.Refused _ -> ExitCode.NO;
                case MeshClientException.Unreachable _, MeshClientException.NotEpmesh _ ->
                        ExitCode.NO_PEER;
            };
        }
    }

    /// Lets the peer write, and tells what became of it.
    int write(String done, Function<MeshClient, WriteResult> write) throws IOException {
        return ask(client ->
                switch (write.apply(client)) {
                    case WriteResult.Done _ -> {
                        done(done);
                        yield ExitCode.OK;
                    }
                    case WriteResult.Refused(String reason) -> {
                        terminal.error("refused: " + reason);
                        yield ExitCode.NO;
                    }
                    case WriteResult.Unknown(String reason) -> {
                        terminal.error("it may have happened: " + reason);
                        yield ExitCode.NO_PEER;
                    }
                });
    }

    /// Writes a result as it was asked for.
    void print(Table table, Json json) throws IOException {
        switch (format) {
            case TABLE -> table.print(terminal.out());
            case JSON -> json(json);
        }
    }

    void json(Json json) throws IOException {
        json.write(terminal.out());
        terminal.out().println();
    }

    MeshClient connect() throws ConfigurationException, MeshClientException {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        if (epmdPort != null) {
            flags.put(Key.EPMD_PORT, epmdPort);
        }
        Sources sources = Sources.read(flags, Optional.ofNullable(config), terminal.environment());
        PeerAddress address = PeerAddress.ofPeer(sources, terminal.environment());
        return MeshClient.connect(
                address.host().orElse("127.0.0.1"),
                address.port().orElseThrow(),
                MeshClient.TIMEOUT);
    }

    private void done(String text) throws IOException {
        switch (format) {
            case TABLE -> terminal.out().println(text);
            case JSON -> json(out -> MeshJson.texts(out, Map.of("result", "done")));
        }
    }

    /// Asks and writes.
    interface Conversation {
        /// Returns the exit code.
        int hold(MeshClient client) throws MeshClientException, IOException;
    }

    /// Writes JSON.
    interface Json {
        void write(OutputStream out) throws IOException;
    }
}
