package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Registrar;
import io.epmesh.node.config.Operator;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.Samples;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A session as its client sees it, with a channel and a clock of the test's.
final class SessionClient {
    private final EmbeddedChannel channel = new AddressedChannel("127.0.0.9");

    /// Opens one of any user of this host.
    SessionClient(Mesh mesh) {
        this(
                new MeshSessions(
                        mesh,
                        () -> Samples.ID_1,
                        "epmesh",
                        "0.1.0",
                        List.of(),
                        _ -> true,
                        Operator.ANY_USER),
                new FakeRegistrar());
    }

    /// Opens it.
    SessionClient(MeshSessions sessions, Registrar registrar) {
        greet(sessions, registrar);
        MeshCodec.decodeWelcome(read());
    }

    private SessionClient() {}

    /// Opens one that is refused; with which error.
    static ErrorCode refused(MeshSessions sessions, Registrar registrar) {
        SessionClient client = new SessionClient();
        client.greet(sessions, registrar);
        ErrorCode error = client.error(0);
        assertThat(client.isOpen()).isFalse();
        client.close();
        return error;
    }

    private void greet(MeshSessions sessions, Registrar registrar) {
        channel.freezeTime();
        ByteBuf first = Unpooled.wrappedBuffer(MeshCodec.encodeHello(Hello.OURS));
        sessions.accepted(channel, first.slice(2, first.readableBytes() - 2), registrar);
        first.release();
    }

    void send(long number, Request request) {
        channel.writeInbound(
                Unpooled.wrappedBuffer(MeshCodec.encodeRequest(number, request).encode()));
    }

    /// The next answer, which must be there and for that request.
    Answer answer(long request) {
        Frame frame = read();
        assertThat(frame.request()).isEqualTo(request);
        return MeshCodec.decodeAnswer(frame);
    }

    NameUpdate update(long request) {
        return ((Answer.Watched) answer(request)).update();
    }

    ErrorCode error(long request) {
        int code = ((Answer.Failure) answer(request)).code();
        for (ErrorCode each : ErrorCode.values()) {
            if (each.number() == code) {
                return each;
            }
        }
        throw new AssertionError(code);
    }

    boolean hasAnswer() {
        channel.runPendingTasks();
        return !channel.outboundMessages().isEmpty();
    }

    /// Lets time pass.
    void pass(long millis) {
        channel.runPendingTasks();
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    /// Says whether the client reads.
    void reads(boolean reads) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, reads);
        channel.runPendingTasks();
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void close() {
        channel.finishAndReleaseAll();
    }

    private Frame read() {
        channel.runPendingTasks();
        ByteBuf bytes = channel.readOutbound();
        assertThat(bytes).isNotNull();
        try {
            assertThat(bytes.readInt()).isEqualTo(bytes.readableBytes());
            return Frame.decode(bytes.nioBuffer());
        } finally {
            bytes.release();
        }
    }
}
