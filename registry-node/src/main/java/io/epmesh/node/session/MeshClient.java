package io.epmesh.node.session;

import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.CableList;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.CutResult;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.MappingEntry;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodePattern;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.WriteResult;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.function.Function;
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
        this.in = new DataInputStream(new DeadlineStream(socket, () -> this.deadline));
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
            socket.connect(address, DeadlineStream.remaining(deadline));
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
        return all(
                new Request.Names(scope, glob),
                Answer.Nodes.class,
                Answer.Nodes::more,
                Answer.Nodes::nodes);
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
        return all(
                new Request.Peers(), Answer.Peers.class, Answer.Peers::more, Answer.Peers::peers);
    }

    /// Asks for the mappings.
    ///
    /// @return the mappings
    /// @throws MeshClientException if there is no answer
    public List<MappingEntry> mappings() throws MeshClientException {
        return all(
                new Request.Mappings(),
                Answer.Mappings.class,
                Answer.Mappings::more,
                Answer.Mappings::mappings);
    }

    /// Asks for the peer's configuration.
    ///
    /// @return all values with their origins
    /// @throws MeshClientException if there is no answer
    public List<Setting> settings() throws MeshClientException {
        return all(
                new Request.ShowConfig(),
                Answer.Settings.class,
                Answer.Settings::more,
                Answer.Settings::settings);
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

    /// Asks for the events that the peer remembers.
    ///
    /// @return the events, oldest first
    /// @throws MeshClientException if there is no answer
    public List<Event> events() throws MeshClientException {
        return all(
                new Request.Events(Optional.empty(), false),
                Answer.Events.class,
                Answer.Events::more,
                Answer.Events::events);
    }

    /// Follows the events, those that are remembered first, for as long as it takes, without the
    /// deadline: nothing can be asked behind it.
    ///
    /// @param more takes the events as they come and says whether to go on
    /// @throws MeshClientException if the session ends, also by [#close] from another thread
    public void events(Predicate<List<Event>> more) throws MeshClientException {
        deadline = Optional.empty();
        ask(
                new Request.Events(Optional.empty(), true),
                answer -> more.test(expect(Answer.Events.class, answer).events()));
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

    /// Asks for the cables, and what is ordered for them.
    ///
    /// @return the cables
    /// @throws MeshClientException if there is no answer
    public CableList cables() throws MeshClientException {
        return CableRow.list(
                all(
                        new Request.Cables(),
                        Answer.Cables.class,
                        Answer.Cables::more,
                        Answer.Cables::rows));
    }

    /// Cuts or slows cables.
    ///
    /// @param wish whom from whom, and how
    /// @return what became of it
    public CutResult cut(CutRequest wish) {
        Request.Sides sides = sides(wish.islands());
        Optional<Long> lasts = wish.lasts().map(Duration::toMillis);
        return order(
                switch (wish.effect()) {
                    case Effect.Open _ -> throw new IllegalStateException("a cut is not open");
                    case Effect.Slow(Duration latency, Duration jitter) ->
                            new Request.Slow(
                                    sides,
                                    wish.oneWay(),
                                    latency.toMillis(),
                                    jitter.toMillis(),
                                    lasts);
                    case Effect.Stall _ ->
                            new Request.Cut(
                                    sides, wish.oneWay(), Request.Cut.Treatment.STALL, lasts);
                    case Effect.Reset _ ->
                            new Request.Cut(
                                    sides, wish.oneWay(), Request.Cut.Treatment.RESET, lasts);
                });
    }

    /// Opens cables.
    ///
    /// @param islands between whom; empty: all that is cut or slowed
    /// @return what became of it
    public CutResult fix(Optional<Islands> islands) {
        return order(new Request.Fix(islands.map(MeshClient::sides)));
    }

    private static Request.Sides sides(Islands islands) {
        return new Request.Sides(
                islands.left().stream().map(NodePattern::toString).toList(),
                islands.right().stream().map(NodePattern::toString).toList());
    }

    private CutResult order(Request request) {
        List<CutResult.Remark> remarks = new ArrayList<>();
        try {
            Optional<Answer.Failure> failure =
                    exchanged(
                            request,
                            answer -> {
                                Answer.Ordered part = expect(Answer.Ordered.class, answer);
                                remarks.addAll(part.remarks());
                                return part.more();
                            });
            return failure.<CutResult>map(error ->
                            error.definite()
                                    ? new CutResult.Refused(error.text())
                                    : new CutResult.Unknown(error.text()))
                    .orElseGet(() -> new CutResult.Done(remarks));
        } catch (IOException | MalformedException e) {
            return new CutResult.Unknown("no answer from %s: %s".formatted(where, reason(e)));
        }
    }

    /// Makes the peer leave.
    ///
    /// @return what became of it
    public WriteResult leave() {
        return write(new Request.Leave());
    }

    /// Waits until the peer closes the session, as it does when it ends; no longer than the
    /// deadline.
    public void awaitEnd() {
        try {
            var _ = in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // it has ended, or has not in time: the caller waits no longer for either
        }
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
            Optional<Answer.Failure> failure =
                    exchanged(
                            request,
                            answer -> {
                                var _ = expect(Answer.Done.class, answer);
                                return false;
                            });
            return failure.<WriteResult>map(error ->
                            error.definite()
                                    ? new WriteResult.Refused(error.text())
                                    : new WriteResult.Unknown(error.text()))
                    .orElseGet(WriteResult.Done::new);
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

    /// Asks for a list that comes in parts.
    private <A extends Answer, T> List<T> all(
            Request request, Class<A> type, Predicate<A> more, Function<A, List<T>> part)
            throws MeshClientException {
        List<T> all = new ArrayList<>();
        ask(
                request,
                answer -> {
                    A expected = expect(type, answer);
                    all.addAll(part.apply(expected));
                    return more.test(expected);
                });
        return all;
    }

    /// Asks what changes nothing.
    ///
    /// @param more takes an answer and says whether another one follows
    private void ask(Request request, Predicate<Answer> more) throws MeshClientException {
        Optional<Answer.Failure> failure;
        try {
            failure = exchanged(request, more);
        } catch (IOException e) {
            throw new MeshClientException.Unreachable(
                    "no answer from %s: %s".formatted(where, reason(e)));
        } catch (MalformedException e) {
            throw new MeshClientException.NotEpmesh(
                    "%s breaks the protocol: %s".formatted(where, reason(e)));
        }
        if (failure.isPresent()) {
            throw new MeshClientException.Refused(failure.get().text());
        }
    }

    /// Asks, and returns the error that ended the answer.
    private Optional<Answer.Failure> exchanged(Request request, Predicate<Answer> more)
            throws IOException {
        List<Answer.Failure> failures = new ArrayList<>();
        exchange(
                request,
                answer -> {
                    if (answer instanceof Answer.Failure failure) {
                        failures.add(failure);
                        return false;
                    }
                    return more.test(answer);
                });
        return failures.stream().findFirst();
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
}
