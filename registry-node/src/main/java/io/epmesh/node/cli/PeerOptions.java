package io.epmesh.node.cli;

import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Operator;
import io.epmesh.node.config.Sources;
import io.epmesh.node.config.Syntax;
import io.epmesh.node.http.CableJson;
import io.epmesh.node.http.MeshJson;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.CutResult.Remark;
import io.epmesh.node.naming.WriteResult;
import io.epmesh.node.session.MeshClient;
import io.epmesh.node.session.MeshClientException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What all commands have that ask a peer: which one, and how to write its answer.
final class PeerOptions {
    private static final InetAddress LOOPBACK_V4 = InetAddress.ofLiteral("127.0.0.1");

    private final Terminal terminal;

    Format format = Format.TABLE;
    private @Nullable String epmdPort;
    private @Nullable Path config;
    private @Nullable String operatorFile;

    PeerOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    /// What a command takes that asks a peer, to which it adds its own.
    Usage usage(String meaning) {
        return new Usage(meaning)
                .option(
                        "--format",
                        "FORMAT",
                        "table (default) or json",
                        text -> format = Usage.choice(Format.class, "--format", text))
                .option(
                        "--epmd-port",
                        "PORT",
                        "port of the peer on this host",
                        text -> epmdPort = text)
                .option(
                        "--config",
                        "FILE",
                        "configuration file that tells the port and the operator file",
                        text -> config = Arguments.file("--config", text))
                .option(
                        "--operator-file",
                        "FILE",
                        "token of those who may write, where the peer has one",
                        text -> operatorFile = text);
    }

    Terminal terminal() {
        return terminal;
    }

    /// Holds a conversation with the peer, and tells in one sentence why there is none.
    int ask(Conversation conversation) throws IOException {
        return converse(this::connect, conversation);
    }

    private int converse(Opening opening, Conversation conversation) throws IOException {
        try (MeshClient client = opening.open()) {
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
        return converse(
                this::connectToWrite,
                client ->
                        switch (write.apply(client)) {
                            case WriteResult.Done _ -> {
                                done(done);
                                yield ExitCode.OK;
                            }
                            case WriteResult.Refused(String reason) -> refused(reason);
                            case WriteResult.Unknown(String reason) -> unknown(reason);
                        });
    }

    /// Lets the peer cut or fix, and tells what became of it.
    int order(String done, Function<MeshClient, CutResult> order) throws IOException {
        return converse(
                this::connectToWrite,
                client ->
                        switch (order.apply(client)) {
                            case CutResult.Done(List<Remark> remarks) -> {
                                ordered(done, remarks);
                                yield remarks.isEmpty() ? ExitCode.OK : ExitCode.NO;
                            }
                            case CutResult.Refused(String reason) -> refused(reason);
                            case CutResult.Unknown(String reason) -> unknown(reason);
                        });
    }

    private void ordered(String done, List<Remark> remarks) throws IOException {
        switch (format) {
            case JSON -> json(out -> CableJson.done(out, remarks));
            case TABLE -> {
                terminal.out().println(done);
                for (Remark remark : remarks) {
                    String one = Table.printable(remark.one());
                    String other = Table.printable(remark.other());
                    terminal.out()
                            .println(
                                    switch (remark.kind()) {
                                        case NO_CABLE -> "no cable: " + one + " " + other;
                                        case UNATTRIBUTED ->
                                                "not attributed: " + one + " -> " + other;
                                        case SILENT -> "silent: " + one;
                                    });
                }
            }
        }
    }

    private int refused(String reason) {
        terminal.error("refused: " + reason);
        return ExitCode.NO;
    }

    private int unknown(String reason) {
        terminal.error("it may have happened: " + reason);
        return ExitCode.NO_PEER;
    }

    /// Writes a result as it was asked for.
    void print(Table table, Json json) throws IOException {
        switch (format) {
            case TABLE -> table.print(terminal.out());
            case JSON -> json(json);
        }
    }

    /// Writes one line of a result that comes piece by piece.
    void line(String text, Json json) throws IOException {
        switch (format) {
            case TABLE -> terminal.out().println(Table.printable(text));
            case JSON -> json(json);
        }
    }

    void json(Json json) throws IOException {
        json.write(terminal.out());
        terminal.out().println();
    }

    /// Opens a session that only reads: the token is not needed, nor read.
    MeshClient connect() throws ConfigurationException, MeshClientException {
        return connect(sources(), "");
    }

    private MeshClient connectToWrite() throws ConfigurationException, MeshClientException {
        Sources sources = sources();
        return connect(sources, token(sources));
    }

    Sources sources() throws ConfigurationException {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        if (epmdPort != null) {
            flags.put(Key.EPMD_PORT, epmdPort);
        }
        if (operatorFile != null) {
            flags.put(Key.OPERATOR_FILE, operatorFile);
        }
        return Sources.read(flags, Optional.ofNullable(config), terminal.environment());
    }

    private static String token(Sources sources) throws ConfigurationException {
        Optional<Path> file =
                sources.value(Key.OPERATOR_FILE, Syntax.NONE, Syntax.FILE).stream().findFirst();
        try {
            return file.isPresent() ? Operator.read(file.get()).token() : "";
        } catch (IOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }

    private MeshClient connect(Sources sources, String token)
            throws ConfigurationException, MeshClientException {
        PeerAddress address = PeerAddress.ofPeer(sources, terminal.environment());
        return MeshClient.connect(
                address.host().orElseGet(PeerOptions::loopback),
                address.port().orElseThrow(),
                MeshClient.TIMEOUT,
                token);
    }

    private static String loopback() {
        try {
            boolean hasIpv4 = NetworkInterface.getByInetAddress(LOOPBACK_V4) != null;
            return hasIpv4 ? LOOPBACK_V4.getHostAddress() : "::1";
        } catch (SocketException e) {
            return LOOPBACK_V4.getHostAddress(); // the system does not tell
        }
    }

    private void done(String text) throws IOException {
        switch (format) {
            case TABLE -> terminal.out().println(text);
            case JSON -> json(out -> MeshJson.texts(out, Map.of("result", "done")));
        }
    }

    /// Opens a session.
    private interface Opening {
        MeshClient open() throws ConfigurationException, MeshClientException;
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
