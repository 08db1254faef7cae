package io.epmesh.node.session;

import io.epmesh.node.cables.Way;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Scope;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Bytes of hello, welcome, requests and answers; the authority for `docs/mesh-protocol.md`, with
/// [EntryCodec] and [CableCodec] for the entries inside.
///
/// The first frame of a session is framed as EPMD's requests are:
///
/// ```
/// +--------+----+-----------------------------------------------------------+
/// | len:16 | 77 | min:16 max:16 node:string token:string features:32        |
/// +--------+----+-----------------------------------------------------------+
/// ```
///
/// All others are a [Frame].
final class MeshCodec {
    /// Opcode of the hello, `M`.
    static final int OPCODE = 77;

    /// The one protocol version there is.
    static final int VERSION = 1;

    private static final List<Scope> SCOPES = List.of(Scope.MESH, Scope.LOCAL);

    private static final List<Request.Family> FAMILIES =
            List.of(Request.Family.IPV4, Request.Family.IPV6);

    private static final List<NameUpdate.Kind> KINDS =
            List.of(NameUpdate.Kind.CHANGES, NameUpdate.Kind.SNAPSHOT);

    private MeshCodec() {}

    /// Encodes the first frame with its length.
    static byte[] encodeHello(Hello hello) {
        byte[] body =
                new FieldWriter()
                        .u8(OPCODE)
                        .u16(hello.minVersion())
                        .u16(hello.maxVersion())
                        .string(hello.node())
                        .string(hello.token())
                        .u32(hello.features())
                        .toBytes();
        return ByteBuffer.allocate(2 + body.length).putShort((short) body.length).put(body).array();
    }

    /// Decodes the body of the first frame, opcode first.
    static Hello decodeHello(ByteBuffer body) {
        FieldReader fields = new FieldReader(body);
        int opcode = fields.u8("opcode");
        if (opcode != OPCODE) {
            throw new MalformedException("opcode: %d (expected: %d)".formatted(opcode, OPCODE));
        }
        return new Hello(
                fields.u16("min"),
                fields.u16("max"),
                fields.string("node"),
                fields.string("token"),
                fields.u32("features"));
    }

    static Frame encodeWelcome(Welcome welcome) {
        return new Frame(
                MessageType.WELCOME,
                0,
                new FieldWriter()
                        .u16(welcome.version())
                        .string(welcome.peer())
                        .string(welcome.mesh())
                        .string(welcome.software())
                        .u32(welcome.features())
                        .toBuffer());
    }

    static Welcome decodeWelcome(Frame frame) {
        FieldReader fields = fields(frame);
        return new Welcome(
                fields.u16("version"),
                fields.string("peer"),
                fields.string("mesh"),
                fields.string("software"),
                fields.u32("features"));
    }

    static Frame encodeRequest(long number, Request request) {
        FieldWriter body = new FieldWriter();
        switch (request) {
            case Request.Names(Scope scope, Optional<String> glob) ->
                    body.choice(scope, SCOPES).optional(glob, FieldWriter::string);
            case Request.Lookup(String node) -> body.string(node);
            case Request.AddMapping(String node, Optional<String> host, int port) ->
                    body.string(node).optional(host, FieldWriter::string).u16(port);
            case Request.RemoveMapping(String node) -> body.string(node);
            case Request.Forget(String peer) -> body.string(peer);
            case Request.Watch(var glob, var since) ->
                    body.optional(glob, FieldWriter::string).optional(since, EntryCodec::version);
            case Request.Events(var since, boolean follow) ->
                    body.optional(since, EntryCodec::eventId).bool(follow);
            case Request.Unwatch(long watch) -> body.u32(watch);
            case Request.Way(String node, var family) -> body.string(node).choice(family, FAMILIES);
            case Request.Register register ->
                    body.string(register.node())
                            .u16(register.port())
                            .u8(register.nodeType())
                            .u16(register.protocol().highestVersion())
                            .u16(register.protocol().lowestVersion())
                            .u8(register.protocol().protocol())
                            .optional(register.creation(), FieldWriter::u32)
                            .optional(register.resume(), FieldWriter::string);
            case Request.Cut cut -> CableCodec.cut(body, cut);
            case Request.Fix(var sides) -> body.optional(sides, CableCodec::sides);
            case Request.Slow slow -> CableCodec.slow(body, slow);
            case Request.Peers _,
                    Request.Cables _,
                    Request.Mappings _,
                    Request.AskStatus _,
                    Request.Leave _,
                    Request.ShowConfig _,
                    Request.Ping _ -> {}
        }
        return new Frame(type(request), number, body.toBuffer());
    }

    /// Decodes a request; empty: the type is not known.
    static Optional<Request> decodeRequest(Frame frame) {
        FieldReader fields = fields(frame);
        return Optional.ofNullable(
                switch (frame.type()) {
                    case MessageType.NAMES ->
                            new Request.Names(
                                    fields.choice("scope", SCOPES),
                                    fields.optional("glob", f -> f.string("glob")));
                    case MessageType.LOOKUP -> new Request.Lookup(fields.string("node"));
                    case MessageType.PEERS -> new Request.Peers();
                    case MessageType.MAPPINGS -> new Request.Mappings();
                    case MessageType.ADD_MAPPING ->
                            new Request.AddMapping(
                                    fields.string("node"),
                                    fields.optional("host", f -> f.string("host")),
                                    fields.u16("port"));
                    case MessageType.REMOVE_MAPPING ->
                            new Request.RemoveMapping(fields.string("node"));
                    case MessageType.STATUS -> new Request.AskStatus();
                    case MessageType.FORGET -> new Request.Forget(fields.string("peer"));
                    case MessageType.LEAVE -> new Request.Leave();
                    case MessageType.CONFIG -> new Request.ShowConfig();
                    case MessageType.PING -> new Request.Ping();
                    case MessageType.WATCH ->
                            new Request.Watch(
                                    fields.optional("glob", f -> f.string("glob")),
                                    fields.optional("since", EntryCodec::version));
                    case MessageType.EVENTS ->
                            new Request.Events(
                                    fields.optional("since", EntryCodec::eventId),
                                    fields.bool("follow"));
                    case MessageType.UNWATCH -> new Request.Unwatch(fields.u32("watch"));
                    case MessageType.WAY ->
                            new Request.Way(
                                    fields.string("node"), fields.choice("family", FAMILIES));
                    case MessageType.REGISTER ->
                            new Request.Register(
                                    fields.string("node"),
                                    fields.u16("port"),
                                    fields.u8("type"),
                                    new NodeEntry.Protocol(
                                            fields.u16("highestVersion"),
                                            fields.u16("lowestVersion"),
                                            fields.u8("protocol")),
                                    fields.optional("creation", f -> f.u32("creation")),
                                    fields.optional("resume", f -> f.string("resume")));
                    case MessageType.CUT -> CableCodec.cut(fields);
                    case MessageType.FIX ->
                            new Request.Fix(fields.optional("sides", CableCodec::sides));
                    case MessageType.SLOW -> CableCodec.slow(fields);
                    case MessageType.CABLES -> new Request.Cables();
                    default -> null;
                });
    }

    /// Encodes an answer to a frame of the given type.
    static Frame encodeAnswer(int requestType, long number, Answer answer) {
        FieldWriter body = new FieldWriter();
        int type = requestType + MessageType.ANSWER;
        switch (answer) {
            case Answer.Nodes(var more, var nodes) -> body.bool(more).list(nodes, EntryCodec::node);
            case Answer.Found(var node) -> body.optional(node, EntryCodec::node);
            case Answer.Peers(var more, var peers) -> body.bool(more).list(peers, EntryCodec::peer);
            case Answer.Mappings(var more, var mappings) ->
                    body.bool(more).list(mappings, EntryCodec::mapping);
            case Answer.StatusIs(var status) -> EntryCodec.status(body, status);
            case Answer.Settings(var more, var settings) ->
                    body.bool(more).list(settings, EntryCodec::setting);
            case Answer.Watched(NameUpdate update) -> {
                body.choice(update.kind(), KINDS).bool(update.more());
                EntryCodec.version(body, update.version());
                body.list(update.nodes(), EntryCodec::node)
                        .list(update.gone(), (out, name) -> out.string(name.toString()));
            }
            case Answer.Events(var more, var events) ->
                    body.bool(more).list(events, EntryCodec::event);
            case Answer.Registered(long creation, String resume) ->
                    body.u32(creation).string(resume);
            case Answer.Ordered(var more, var remarks) ->
                    body.bool(more).list(remarks, CableCodec::remark);
            case Answer.Cables(var more, var rows) -> body.bool(more).list(rows, CableCodec::row);
            case Answer.WayIs(var way) ->
                    body.optional(way, (out, it) -> out.string(it.address()).u16(it.port()));
            case Answer.Done _ -> {}
            case Answer.Failure(int code, boolean definite, String text) -> {
                type = MessageType.ERROR;
                body.u16(code).bool(definite).string(text);
            }
        }
        return new Frame(type, number, body.toBuffer());
    }

    /// Decodes an answer.
    ///
    /// @throws MalformedException also if the type is that of no answer
    static Answer decodeAnswer(Frame frame) {
        FieldReader fields = fields(frame);
        return switch (frame.type()) {
            case MessageType.ANSWER + MessageType.NAMES ->
                    new Answer.Nodes(fields.bool("more"), fields.list("nodes", EntryCodec::node));
            case MessageType.ANSWER + MessageType.LOOKUP ->
                    new Answer.Found(fields.optional("node", EntryCodec::node));
            case MessageType.ANSWER + MessageType.PEERS ->
                    new Answer.Peers(fields.bool("more"), fields.list("peers", EntryCodec::peer));
            case MessageType.ANSWER + MessageType.MAPPINGS ->
                    new Answer.Mappings(
                            fields.bool("more"), fields.list("mappings", EntryCodec::mapping));
            case MessageType.ANSWER + MessageType.STATUS ->
                    new Answer.StatusIs(EntryCodec.status(fields));
            case MessageType.ANSWER + MessageType.CONFIG ->
                    new Answer.Settings(
                            fields.bool("more"), fields.list("settings", EntryCodec::setting));
            case MessageType.ANSWER + MessageType.WATCH ->
                    new Answer.Watched(
                            new NameUpdate(
                                    fields.choice("kind", KINDS),
                                    fields.bool("more"),
                                    EntryCodec.version(fields),
                                    fields.list("nodes", EntryCodec::node),
                                    fields.list("gone", EntryCodec::name)));
            case MessageType.ANSWER + MessageType.EVENTS ->
                    new Answer.Events(
                            fields.bool("more"), fields.list("events", EntryCodec::event));
            case MessageType.ANSWER + MessageType.REGISTER ->
                    new Answer.Registered(fields.u32("creation"), fields.string("resume"));
            case MessageType.ANSWER + MessageType.CUT,
                    MessageType.ANSWER + MessageType.FIX,
                    MessageType.ANSWER + MessageType.SLOW ->
                    new Answer.Ordered(
                            fields.bool("more"), fields.list("remarks", CableCodec::remark));
            case MessageType.ANSWER + MessageType.CABLES ->
                    new Answer.Cables(fields.bool("more"), fields.list("rows", CableCodec::row));
            case MessageType.ANSWER + MessageType.WAY ->
                    new Answer.WayIs(
                            fields.optional(
                                    "way", f -> new Way(f.string("address"), f.u16("port"))));
            case MessageType.ANSWER + MessageType.ADD_MAPPING,
                    MessageType.ANSWER + MessageType.REMOVE_MAPPING,
                    MessageType.ANSWER + MessageType.FORGET,
                    MessageType.ANSWER + MessageType.LEAVE,
                    MessageType.ANSWER + MessageType.PING,
                    MessageType.ANSWER + MessageType.UNWATCH ->
                    new Answer.Done();
            case MessageType.ERROR ->
                    new Answer.Failure(
                            fields.u16("code"), fields.bool("definite"), fields.string("text"));
            default ->
                    throw new MalformedException(
                            "type: %d (expected: that of an answer)".formatted(frame.type()));
        };
    }

    private static int type(Request request) {
        return switch (request) {
            case Request.Names _ -> MessageType.NAMES;
            case Request.Lookup _ -> MessageType.LOOKUP;
            case Request.Peers _ -> MessageType.PEERS;
            case Request.Mappings _ -> MessageType.MAPPINGS;
            case Request.AddMapping _ -> MessageType.ADD_MAPPING;
            case Request.RemoveMapping _ -> MessageType.REMOVE_MAPPING;
            case Request.AskStatus _ -> MessageType.STATUS;
            case Request.Forget _ -> MessageType.FORGET;
            case Request.Leave _ -> MessageType.LEAVE;
            case Request.ShowConfig _ -> MessageType.CONFIG;
            case Request.Ping _ -> MessageType.PING;
            case Request.Watch _ -> MessageType.WATCH;
            case Request.Events _ -> MessageType.EVENTS;
            case Request.Unwatch _ -> MessageType.UNWATCH;
            case Request.Register _ -> MessageType.REGISTER;
            case Request.Cut _ -> MessageType.CUT;
            case Request.Fix _ -> MessageType.FIX;
            case Request.Slow _ -> MessageType.SLOW;
            case Request.Cables _ -> MessageType.CABLES;
            case Request.Way _ -> MessageType.WAY;
        };
    }

    private static FieldReader fields(Frame frame) {
        return new FieldReader(frame.body().duplicate());
    }
}
