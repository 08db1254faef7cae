package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.config.Operator;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.Samples;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// A session over an embedded channel, with a mesh that is made up.
abstract class SessionFixture {
    static final Setting SETTING = new Setting("http", "off", "flag --http");

    final FakeMesh mesh = new FakeMesh();
    final EmbeddedChannel channel = new AddressedChannel("192.0.2.1");
    Operator operator = Operator.ANY_USER;
    @TempDir private Path directory;
    boolean local = true;
    String peer = Samples.ID_1;

    @AfterEach
    void nothingIsLeft() {
        assertThat(channel.finish()).isFalse();
    }

    Operator operator() throws IOException {
        Path file = Files.writeString(directory.resolve("operator"), "0123456789abcdef\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return Operator.read(file);
    }

    void sessionsOf(List<Setting> settings, int times) {
        List<Setting> many = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            many.addAll(settings);
        }
        accept(
                new MeshSessions(mesh, () -> peer, "epmesh", "0.1.0", many, _ -> true, operator),
                channel,
                Hello.OURS);
    }

    MeshSessions sessions() {
        return new MeshSessions(
                mesh, () -> peer, "epmesh", "0.1.0", List.of(SETTING), _ -> local, operator);
    }

    void open(Hello hello) {
        accept(sessions(), channel, hello);
    }

    static void accept(MeshSessions sessions, EmbeddedChannel channel, Hello hello) {
        ByteBuf first = Unpooled.wrappedBuffer(MeshCodec.encodeHello(hello));
        FakeRegistrar registrar = new FakeRegistrar();
        registrar.allowed = false; // elsewhere
        sessions.accepted(channel, first.slice(2, first.readableBytes() - 2), registrar);
        first.release();
    }

    void welcome() {
        open(Hello.OURS);
        MeshCodec.decodeWelcome(read());
    }

    void send(long number, Request request) {
        in(MeshCodec.encodeRequest(number, request));
    }

    void sendByteByByte(long number, Request request) {
        for (byte b : MeshCodec.encodeRequest(number, request).encode()) {
            assertThat(channel.outboundMessages()).isEmpty();
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {b}));
        }
    }

    void in(Frame frame) {
        channel.writeInbound(Unpooled.wrappedBuffer(frame.encode()));
    }

    Frame read() {
        ByteBuf bytes = channel.readOutbound();
        assertThat(bytes).isNotNull();
        return frame(bytes);
    }

    static Frame frame(ByteBuf bytes) {
        try {
            assertThat(bytes.readInt()).isEqualTo(bytes.readableBytes());
            return Frame.decode(bytes.nioBuffer());
        } finally {
            bytes.release();
        }
    }

    Answer answer(long request) {
        Frame frame = read();
        assertThat(frame.request()).isEqualTo(request);
        return MeshCodec.decodeAnswer(frame);
    }

    static Answer.Failure failure(Frame frame, long request) {
        assertThat(frame.request()).isEqualTo(request);
        return (Answer.Failure) MeshCodec.decodeAnswer(frame);
    }

    static void assertFailure(Frame frame, long request, ErrorCode code, String text) {
        assertThat(failure(frame, request)).isEqualTo(Answer.Failure.of(code, text));
    }
}
