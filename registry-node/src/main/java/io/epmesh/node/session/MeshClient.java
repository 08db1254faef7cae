package io.epmesh.node.session;

import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.MappingEntry;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.WriteResult;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A session with a peer, one request at a time; for one thread. Everything from [#connect] on
/// shares one deadline.
public final class MeshClient implements AutoCloseable {
    /// What the command line allows for connecting and all requests together.
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String where;
    private final Socket socket;
    private final DataInputStream in;
    private Optional<Long> deadline;
    private final Welcome welcome;
    private long lastRequest;

    private MeshClient(String where, Socket socket, long deadline, String token)
            throws IOException, MeshClientException {
        this.where = where;
        this.socket = socket;
        this.deadline = Optional.of(deadline);
        this.in = new DataInputStream(new DeadlineStream(socket.getInputStream()));
        this.welcome = greet(isOnThisHost() ? token : "");
    }

    /// Opens a session without a token.
    ///
    /// @param host name or address literal
    /// @param port EPMD port of the peer, 1..65535
    /// @param timeout for this and everything that is asked later, together
    /// @return the session
    /// @throws MeshClientException if nothing answers there, or something that is not epmesh
    public static MeshClient connect(String host, int port, Duration timeout)
            throws MeshClientException {
        return connect(host, port, timeout, "");
    }

    /// Opens a session.
    ///
    /// @param host name or address literal
    /// @param port EPMD port of the peer, 1..65535
    /// @param timeout for this and everything that is asked later, together
    /// @param token the operator's, shown to peers of this host alone; empty: none
    /// @return the session
    /// @throws MeshClientException if nothing answers there, or something that is not epmesh
    public static MeshClient connect(String host, int port, Duration timeout, String token)
            throws MeshClientException {
        String where = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        long deadline = System.nanoTime() + timeout.toNanos();
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new UnknownHostException("host name is not known");
            }
            socket.connect(address, remaining(deadline));
        } catch (IOException e) {
            closeQuietly(socket);
            throw new MeshClientException.Unreachable(
                    "no peer answers at %s: %s".formatted(where, reason(e)));
        }
        try {
            return new MeshClient(where, socket, deadline, token);
        } catch (SocketTimeoutException e) {
            closeQuietly(socket);
            throw new MeshClientException.Unreachable(
                    "something listens at %s, but no peer answers there within %d s"
                            .formatted(where, timeout.toSeconds()));
        } catch (IOException | MalformedException e) {
            closeQuietly(socket);
            throw new MeshClientException.NotEpmesh(
                    "what answers at %s is not epmesh; a C epmd? (%s)".formatted(where, reason(e)));
        } catch (MeshClientException e) {
            closeQuietly(socket);
            throw e;
        }
    }

    /// {@return what the peer said of itself}
    public Welcome welcome() {
        return welcome;
    }

    /// Asks for names.
    ///
    /// @param scope whose
    /// @param glob a pattern as in [io.epmesh.node.naming.Glob]
    /// @return the names
    /// @throws MeshClientException if there is no answer
    public List<NodeEntry> names(Scope scope, Optional<String> glob) throws MeshClientException {
        List<NodeEntry> all = new ArrayList<>();
        ask(
                new Request.Names(scope, glob),
                answer -> {
                    Answer.Nodes part = expect(Answer.Nodes.class, answer);
                    all.addAll(part.nodes());
                    return part.more();
                });
        return all;
    }

    /// Asks for one node.
    ///
    /// @param node full name, or short name of the peer's host
    /// @return the node, or empty where there is none
    /// @throws MeshClientException if there is no answer
    public Optional<NodeEntry> lookup(String node) throws MeshClientException {
        return one(new Request.Lookup(node), Answer.Found.class).node();
    }

    /// Asks for the peers.
    ///
    /// @return the peers
    /// @throws MeshClientException if there is no answer
    public List<PeerEntry> peers() throws MeshClientException {
        List<PeerEntry> all = new ArrayList<>();
        ask(
                new Request.Peers(),
                answer -> {
                    Answer.Peers part = expect(Answer.Peers.class, answer);
                    all.addAll(part.peers());
                    return part.more();
                });
        return all;
    }

    /// Asks for the mappings.
    ///
    /// @return the mappings
    /// @throws MeshClientException if there is no answer
    public List<MappingEntry> mappings() throws MeshClientException {
        List<MappingEntry> all = new ArrayList<>();
        ask(
                new Request.Mappings(),
                answer -> {
                    Answer.Mappings part = expect(Answer.Mappings.class, answer);
                    all.addAll(part.mappings());
                    return part.more();
                });
        return all;
    }

    /// Asks for the peer's configuration.
    ///
    /// @return all values with their origins
    /// @throws MeshClientException if there is no answer
    public List<Setting> settings() throws MeshClientException {
        List<Setting> all = new ArrayList<>();
        ask(
                new Request.ShowConfig(),
                answer -> {
                    Answer.Settings part = expect(Answer.Settings.class, answer);
                    all.addAll(part.settings());
                    return part.more();
                });
        return all;
    }

    /// Asks whether the mesh agrees.
    ///
    /// @return the groups of equal digest
    /// @throws MeshClientException if there is no answer
    public Status status() throws MeshClientException {
        return one(new Request.AskStatus(), Answer.StatusIs.class).status();
    }

    /// Watches names for as long as it takes, without the deadline: nothing can be asked behind it.
    ///
    /// @param glob a pattern as in [io.epmesh.node.naming.Glob]
    /// @param more takes each part and says whether to go on
    /// @throws MeshClientException if the session ends, also by [#close] from another thread
    public void watch(Optional<String> glob, Predicate<NameUpdate> more)
            throws MeshClientException {
        deadline = Optional.empty();
        ask(
                new Request.Watch(glob, Optional.empty()),
                answer -> more.test(expect(Answer.Watched.class, answer).update()));
    }

    /// Asks for a sign of life.
    ///
    /// @throws MeshClientException if there is none
    public void ping() throws MeshClientException {
        one(new Request.Ping(), Answer.Done.class);
    }

    /// Adds a mapping.
    ///
    /// @param node full name
    /// @param host where it listens; empty: the peer finds out
    /// @param port distribution port, 1..65535
    /// @return what became of it
    public WriteResult addMapping(String node, Optional<String> host, int port) {
        return write(new Request.AddMapping(node, host, port));
    }

    /// Removes a mapping.
    ///
    /// @param node full name
    /// @return what became of it
    public WriteResult removeMapping(String node) {
        return write(new Request.RemoveMapping(node));
    }

    /// Forgets a peer.
    ///
    /// @param peer id, unique prefix of an id, or host name
    /// @return what became of it
    public WriteResult forget(String peer) {
        return write(new Request.Forget(peer));
    }

    /// Makes the peer leave.
    ///
    /// @return what became of it
    public WriteResult leave() {
        return write(new Request.Leave());
    }

    @Override
    public void close() {
        closeQuietly(socket);
    }

    private boolean isOnThisHost() {
        InetAddress peer = socket.getInetAddress();
        return peer.isLoopbackAddress() || peer.equals(socket.getLocalAddress());
    }

    private Welcome greet(String token) throws IOException, MeshClientException {
        socket.getOutputStream().write(MeshCodec.encodeHello(Hello.of(token)));
        Frame frame = read();
        if (frame.type() == MessageType.ERROR) {
            Answer.Failure failure = expect(Answer.Failure.class, MeshCodec.decodeAnswer(frame));
            throw new MeshClientException.Refused(failure.text());
        }
        if (frame.type() != MessageType.WELCOME) {
            throw new MalformedException(
                    "type: %d (expected: %d)".formatted(frame.type(), MessageType.WELCOME));
        }
        return MeshCodec.decodeWelcome(frame);
    }

    private WriteResult write(Request request) {
        try {
            Answer[] answers = new Answer[1];
            exchange(
                    request,
                    answer -> {
                        answers[0] = answer;
                        return false;
                    });
            return switch (answers[0]) {
                case Answer.Failure(_, boolean definite, String text) ->
                        definite ? new WriteResult.Refused(text) : new WriteResult.Unknown(text);
                case Answer.Done _ -> new WriteResult.Done();
                case Answer.Nodes _,
                        Answer.Found _,
                        Answer.Peers _,
                        Answer.Mappings _,
                        Answer.StatusIs _,
                        Answer.Settings _,
                        Answer.Watched _,
                        Answer.Registered _,
                        Answer.WayIs _ ->
                        new WriteResult.Unknown(where + " answers something else");
            };
        } catch (IOException | MalformedException e) {
            return new WriteResult.Unknown("no answer from %s: %s".formatted(where, reason(e)));
        }
    }

    private <A extends Answer> A one(Request request, Class<A> type) throws MeshClientException {
        List<A> answers = new ArrayList<>();
        ask(
                request,
                answer -> {
                    answers.add(expect(type, answer));
                    return false;
                });
        return answers.getFirst();
    }

    /// Asks what changes nothing.
    ///
    /// @param more takes an answer and says whether another one follows
    private void ask(Request request, Predicate<Answer> more) throws MeshClientException {
        List<Answer.Failure> failures = new ArrayList<>();
        try {
            exchange(
                    request,
                    answer -> {
                        if (answer instanceof Answer.Failure failure) {
                            failures.add(failure);
                            return false;
                        }
                        return more.test(answer);
                    });
        } catch (IOException e) {
            throw new MeshClientException.Unreachable(
                    "no answer from %s: %s".formatted(where, reason(e)));
        } catch (MalformedException e) {
            throw new MeshClientException.NotEpmesh(
                    "%s breaks the protocol: %s".formatted(where, reason(e)));
        }
        if (!failures.isEmpty()) {
            throw new MeshClientException.Refused(failures.getFirst().text());
        }
    }

    private void exchange(Request request, Predicate<Answer> more) throws IOException {
        long number = ++lastRequest;
        socket.getOutputStream().write(MeshCodec.encodeRequest(number, request).encode());
        boolean goesOn = true;
        while (goesOn) {
            Frame frame = read();
            if (frame.request() != number) {
                throw new MalformedException(
                        "request: %d (expected: %d)".formatted(frame.request(), number));
            }
            goesOn = more.test(MeshCodec.decodeAnswer(frame));
        }
    }

    private Frame read() throws IOException {
        byte[] bytes = new byte[Frame.checkLength(in.readInt(), Frame.MAX_ANSWER)];
        in.readFully(bytes);
        return Frame.decode(ByteBuffer.wrap(bytes));
    }

    private static <A extends Answer> A expect(Class<A> type, Answer answer) {
        if (!type.isInstance(answer)) {
            throw new MalformedException(
                    "answer: %s (expected: %s)"
                            .formatted(answer.getClass().getSimpleName(), type.getSimpleName()));
        }
        return type.cast(answer);
    }

    private static int remaining(long deadline) throws SocketTimeoutException {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new SocketTimeoutException("time is up");
        }
        return (int) millis;
    }

    private static String reason(Exception e) {
        return switch (e) {
            case EOFException _ -> "connection closed";
            case SocketTimeoutException _ -> "time is up";
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException nothingLeftToLose) {
            // The answers are in hand, or the failure that brought us here is being reported.
        }
    }

    /// Gives each read what is left of the time, so that a peer that drips does not extend it.
    private final class DeadlineStream extends InputStream {
        private final InputStream socketStream;

        DeadlineStream(InputStream socketStream) {
            this.socketStream = socketStream;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            socket.setSoTimeout(deadline.isPresent() ? remaining(deadline.get()) : 0);
            return socketStream.read(bytes, offset, length);
        }
    }
}
