package io.epmesh.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.config.Operator;
import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.Samples;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final String FIRST =
            "id: 00000007-1\ndata: {\"id\":\"00000007-1\",\"at\":\"2025-11-20T11:13:08.123Z\","
                    + "\"kind\":\"registered\",\"node\":\"a@h1\",\"port\":\"40001\"}\n\n";

    private final FakeMesh mesh = new FakeMesh();
    private final EventStreams streams = new EventStreams(mesh);
    private final EmbeddedChannel channel = open();

    @BeforeEach
    void begin() {
        mesh.happens(Samples.REGISTERED);
    }

    @AfterEach
    void nothingIsLeft() {
        channel.finishAndReleaseAll();
        assertThat(mesh.watchers).isEmpty();
    }

    @Test
    void stream_beginsWithWhatIsRemembered_andGoesOn() {
        request("/api/v1/events", "");
        assertThat(read())
                .startsWith("HTTP/1.1 200 OK\r\n")
                .containsIgnoringCase("content-type: text/event-stream\r\n")
                .contains("retry: 1000\n\n")
                .contains(FIRST);
        happens(Event.Kind.LOST);
        happens(Event.Kind.CONFLICT);
        pass(100);
        assertThat(read()).contains("id: 00000007-2\n", "id: 00000007-3\n").doesNotContain("-1\n");
    }

    @Test
    void events_ofABurst_goOutTogether() {
        request("/api/v1/events", "");
        read();
        happens(Event.Kind.LOST);
        pass(0);
        assertThat(read()).contains("-2\n");
        happens(Event.Kind.LOST);
        pass(99);
        assertThat(read()).isEmpty();
        pass(1);
        assertThat(read()).contains("-3\n");
    }

    @Test
    void lastEventId_resumes() {
        happens(Event.Kind.LOST);
        request("/api/v1/events", "Last-Event-ID: 00000007-1\r\n");
        assertThat(read()).doesNotContain(FIRST).contains("id: 00000007-2\n");
    }

    @Test
    void names_areToldWhereAskedFor() {
        MeshState state = new MeshState();
        state.describe(1, "10.0.0.1", "h1");
        state.register(1, MeshState.verified("a@h1", 1));
        mesh.publish(state);
        request("/api/v1/events?names=true", "");
        assertThat(read())
                .contains("event: names\ndata: {\"kind\":\"snapshot\",\"more\":false,\"nodes\":[{")
                .contains("\"node\":\"a@h1\"");
        state.unregister(1, "a");
        mesh.publish(state);
        pass(100);
        assertThat(read())
                .contains("{\"kind\":\"changes\",\"more\":false,\"nodes\":[],\"gone\":[\"a@h1\"]}");
    }

    @Test
    void badQueryOrId_isRefusedWithASentence() {
        request("/api/v1/events?names=yes", "");
        assertThat(read()).startsWith("HTTP/1.1 400").contains("names: yes (expected: true or");
        request("/api/v1/events?name=true", "");
        assertThat(read()).startsWith("HTTP/1.1 400").contains("query key: name (expected: names)");
        request("/api/v1/events", "Last-Event-ID: 12\r\n");
        assertThat(read())
                .startsWith("HTTP/1.1 400")
                .contains("Last-Event-ID: 12 (expected: the id of an event)");
        request("/api/v1/events", "Host: evil.example\r\n");
        assertThat(read()).startsWith("HTTP/1.1 403");
    }

    @Test
    void quietStream_hasAHeartbeat() {
        request("/api/v1/events", "");
        read();
        pass(EventStream.HEARTBEAT_SECONDS * 1_000);
        assertThat(read()).contains(":\n\n");
    }

    @Test
    void reader_thatDoesNotRead_getsWhatIsRemembered_ifItComesBackInTime() {
        request("/api/v1/events", "");
        read();
        reads(false);
        for (int i = 0; i < EventHistory.REMEMBERED + 100; i++) {
            happens(Event.Kind.LOST);
        }
        pass((EventStream.PATIENCE_SECONDS - 1) * 1_000);
        assertThat(read()).isEmpty();
        reads(true);
        assertThat(read()).doesNotContain("id: 00000007-2\n").contains("id: 00000007-4197\n");
        pass(2_000);
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void reader_thatDoesNotReadForLong_isClosed() {
        request("/api/v1/events", "");
        read();
        reads(false);
        happens(Event.Kind.LOST);
        pass(EventStream.PATIENCE_SECONDS * 1_000);
        assertThat(channel.isOpen()).isFalse();
        assertThat(mesh.watchers).isEmpty();
    }

    @Test
    void streams_beyondTheirNumber_areRefused() {
        List<EmbeddedChannel> others = Stream.generate(this::open).limit(EventStreams.MAX).toList();
        others.forEach(other -> request(other, "/api/v1/events", ""));
        request("/api/v1/events", "");
        assertThat(read()).startsWith("HTTP/1.1 503").contains("event streams: 32");
        others.forEach(EmbeddedChannel::finishAndReleaseAll);
        request("/api/v1/events", "");
        assertThat(read()).startsWith("HTTP/1.1 200");
    }

    private EmbeddedChannel open() {
        EmbeddedChannel opened = new EmbeddedChannel();
        opened.freezeTime();
        ApiHandler handler =
                new ApiHandler(
                        new Api(mesh, new FakeHealth(new AtomicBoolean(true))),
                        streams,
                        new AllowedHosts(InetAddress.ofLiteral("127.0.0.1")),
                        new WriteGuard(Operator.ANY_USER));
        opened.pipeline()
                .addLast(new IdleStateHandler(0, 0, 30))
                .addLast(new HttpServerCodec(), new HttpObjectAggregator(100), handler);
        return opened;
    }

    private void happens(Event.Kind kind) {
        mesh.happens(Event.Draft.of(kind).with("node", "a@h1"));
    }

    private void request(String uri, String header) {
        request(channel, uri, header);
    }

    private static void request(EmbeddedChannel to, String uri, String header) {
        String head =
                "GET %s HTTP/1.1\r\n%s%s\r\n"
                        .formatted(
                                uri,
                                header.startsWith("Host") ? "" : "Host: localhost\r\n",
                                header);
        to.writeInbound(Unpooled.copiedBuffer(head, StandardCharsets.ISO_8859_1));
    }

    private void reads(boolean reads) {
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, reads);
        channel.runPendingTasks();
    }

    private void pass(long millis) {
        channel.runPendingTasks();
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private String read() {
        channel.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound();
                bytes != null;
                bytes = channel.readOutbound()) {
            text.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        return text.toString();
    }
}
