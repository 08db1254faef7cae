package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.cables.Way;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.WriteResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeshSessionHandlerTest extends SessionFixture {
    @Test
    void accepted_hello_isWelcomed() {
        open(Hello.OURS);

        assertThat(MeshCodec.decodeWelcome(read()))
                .isEqualTo(new Welcome(1, Samples.ID_1, "epmesh", "0.1.0", 0));
        assertThat(channel.isOpen()).isTrue();
    }

    /// A peer whose identity somebody else used went on to welcome under its former one.
    @Test
    void accepted_hello_isWelcomedByTheIdentityOfNow() {
        MeshSessions sessions = sessions();
        peer = Samples.ID_2;
        accept(sessions, channel, Hello.OURS);

        assertThat(MeshCodec.decodeWelcome(read()).peer()).isEqualTo(Samples.ID_2);
    }

    @Test
    void accepted_helloOfRangeAroundOurs_isWelcomed() {
        open(new Hello(0, 9, "a@h1", "", 0));

        assertThat(MeshCodec.decodeWelcome(read()).version()).isEqualTo(1);
    }

    @Test
    void accepted_noCommonVersion_endsWithError() {
        open(new Hello(2, 3, "", "", 0));

        assertFailure(
                read(), 0, ErrorCode.VERSION, "protocol versions: 2..3 (expected: 1 among them)");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void accepted_malformedHello_endsWithError() {
        ByteBuf body = Unpooled.wrappedBuffer(new byte[] {77, 0, 1});
        sessions().accepted(channel, body, new FakeRegistrar());
        body.release();

        assertFailure(read(), 0, ErrorCode.MALFORMED, "max: 0 bytes are left (expected: 2)");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void accepted_sessionsFromElsewhere_areBounded() {
        local = false;
        MeshSessions sessions = sessions();
        List<EmbeddedChannel> channels = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            channels.add(new AddressedChannel("192.0.2." + (2 + i % 4)));
            accept(sessions, channels.getLast(), Hello.OURS);
        }
        accept(sessions, channel, Hello.OURS);
        assertFailure(
                read(),
                0,
                ErrorCode.BUSY,
                "sessions from 192.0.2.1, or from all other hosts: as many as may be (expected: no"
                        + " more)");

        channels.getFirst().finishAndReleaseAll();
        EmbeddedChannel next = new AddressedChannel("192.0.2.2");
        accept(sessions, next, Hello.OURS);
        assertThat(next.isOpen()).isTrue();
        channels.add(next);
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    @Test
    void reads_byteByByte_areAnswered() {
        welcome();
        sendByteByByte(7, new Request.Names(Scope.MESH, Optional.of("a*")));
        assertThat(answer(7)).isEqualTo(new Answer.Nodes(false, List.of(Samples.LIVE)));
        sendByteByByte(8, new Request.Names(Scope.LOCAL, Optional.empty()));
        assertThat(answer(8)).isEqualTo(new Answer.Nodes(false, List.of(Samples.LIVE)));
        sendByteByByte(9, new Request.Lookup("b@h2"));
        assertThat(answer(9)).isEqualTo(new Answer.Found(Optional.of(Samples.MAPPED)));
        sendByteByByte(10, new Request.Lookup("nobody"));
        assertThat(answer(10)).isEqualTo(new Answer.Found(Optional.empty()));
        sendByteByByte(11, new Request.Peers());
        assertThat(answer(11))
                .isEqualTo(new Answer.Peers(false, List.of(Samples.SELF, Samples.SILENT)));
        sendByteByByte(12, new Request.Mappings());
        assertThat(answer(12)).isEqualTo(new Answer.Mappings(false, List.of(Samples.MAPPING)));
        sendByteByByte(13, new Request.AskStatus());
        assertThat(answer(13)).isEqualTo(new Answer.StatusIs(Samples.DIVERGED));
        sendByteByByte(14, new Request.ShowConfig());
        assertThat(answer(14)).isEqualTo(new Answer.Settings(false, List.of(SETTING)));
        sendByteByByte(16, new Request.Way("b@h2", Request.Family.IPV4));
        assertThat(answer(16))
                .isEqualTo(
                        new Answer.WayIs(
                                Optional.of(
                                        new Way(Samples.MAPPED.address(), Samples.MAPPED.port()))));
        sendByteByByte(17, new Request.Way("nobody", Request.Family.IPV6));
        assertThat(answer(17)).isEqualTo(new Answer.WayIs(Optional.empty()));
        sendByteByByte(15, new Request.Ping());
        assertThat(answer(15)).isEqualTo(new Answer.Done());
        sendByteByByte(16, new Request.Cables());
        assertThat(answer(16)).isEqualTo(new Answer.Cables(false, CableRow.rows(Samples.CABLES)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "another-token-of-16", "0123456789abcde"})
    void writes_withoutTheOperatorsToken_areNotAllowed(String token) throws IOException {
        operator = operator();
        open(Hello.of(token));
        MeshCodec.decodeWelcome(read());
        send(1, new Request.AddMapping("b@h2", Optional.of("db.test"), 8002));
        send(2, new Request.RemoveMapping("b@h2"));
        send(3, new Request.Forget("h3"));
        send(4, new Request.Leave());
        send(5, new Request.Fix(Optional.empty()));

        for (long request = 1; request <= 5; request++) {
            assertFailure(
                    read(),
                    request,
                    ErrorCode.NOT_ALLOWED,
                    "not allowed without the operator's token (expected: the one in the peer's"
                            + " operator-file)");
        }
        assertThat(mesh.writes).isEmpty();
        send(5, new Request.ShowConfig());
        assertThat(answer(5)).isEqualTo(new Answer.Settings(false, List.of(SETTING)));
    }

    @Test
    void writes_withTheOperatorsToken_reachTheMesh() throws IOException {
        operator = operator();
        open(Hello.of(operator.token()));
        MeshCodec.decodeWelcome(read());
        send(1, new Request.Leave());

        assertThat(answer(1)).isEqualTo(new Answer.Done());
        assertThat(mesh.writes).containsExactly("leave");
    }

    @Test
    void writes_fromElsewhere_areNotAllowedWithTheTokenEither() throws IOException {
        operator = operator();
        local = false;
        open(Hello.of(operator.token()));
        MeshCodec.decodeWelcome(read());
        send(1, new Request.Leave());

        assertFailure(
                read(),
                1,
                ErrorCode.NOT_ALLOWED,
                "not allowed from another host (expected: a session of the peer's own)");
    }

    @Test
    void hello_asText_hidesTheToken() {
        assertThat(Hello.of("0123456789abcdef").toString()).doesNotContain("0123456789abcdef");
    }

    @Test
    void writes_fromThisHost_reachTheMesh() {
        welcome();
        send(1, new Request.AddMapping("b@h2", Optional.of("db.test"), 8002));
        send(2, new Request.AddMapping("c@h2", Optional.empty(), 8003));
        send(3, new Request.RemoveMapping("b@h2"));
        send(4, new Request.Forget("h3"));
        send(5, new Request.Leave());

        for (long request = 1; request <= 5; request++) {
            assertThat(answer(request)).isEqualTo(new Answer.Done());
        }
        assertThat(mesh.writes)
                .containsExactly(
                        "add b@h2 db.test 8002",
                        "add c@h2 - 8003",
                        "remove b@h2",
                        "forget h3",
                        "leave");
    }

    @Test
    void localOnlyRequests_fromAfar_areNotAllowedAndTheSessionGoesOn() {
        local = false;
        welcome();
        send(1, new Request.AddMapping("b@h2", Optional.empty(), 8002));
        send(2, new Request.RemoveMapping("b@h2"));
        send(3, new Request.Forget("h3"));
        send(4, new Request.Leave());
        send(5, new Request.ShowConfig());

        for (long request = 1; request <= 5; request++) {
            assertFailure(
                    read(),
                    request,
                    ErrorCode.NOT_ALLOWED,
                    "not allowed from another host (expected: a session of the peer's own)");
        }
        assertThat(mesh.writes).isEmpty();
        send(6, new Request.Ping());
        assertThat(answer(6)).isEqualTo(new Answer.Done());
    }

    @Test
    void writes_refusedOrUnknown_sayWhetherTheyMayHaveHappened() {
        welcome();
        mesh.result = CompletableFuture.completedFuture(new WriteResult.Refused("disk full"));
        send(1, new Request.RemoveMapping("b@h2"));
        assertFailure(read(), 1, ErrorCode.REFUSED, "disk full");
        mesh.result = CompletableFuture.completedFuture(new WriteResult.Unknown("slow disk"));
        send(2, new Request.RemoveMapping("b@h2"));
        assertFailure(read(), 2, ErrorCode.OUTCOME_UNKNOWN, "slow disk");
        mesh.result =
                CompletableFuture.failedFuture(new IllegalStateException("a bug, on purpose"));
        send(3, new Request.RemoveMapping("b@h2"));
        assertFailure(read(), 3, ErrorCode.INTERNAL, "the peer failed; its log says why");
    }

    @Test
    void badArguments_areNamedAndTheSessionGoesOn() {
        welcome();
        send(1, new Request.AddMapping("b", Optional.empty(), 8002));
        assertFailure(
                read(),
                1,
                ErrorCode.BAD_ARGUMENT,
                "node name: 'b' (expected: exactly one @, as in name@host)");
        send(2, new Request.AddMapping("b@h2", Optional.empty(), 0));
        assertFailure(read(), 2, ErrorCode.BAD_ARGUMENT, "port: 0 (expected: 1..65535)");
        send(3, new Request.AddMapping("b@h2", Optional.of("a b"), 1));
        assertThat(failure(read(), 3).code()).isEqualTo(ErrorCode.BAD_ARGUMENT.number());
        send(4, new Request.Names(Scope.MESH, Optional.of("")));
        assertThat(failure(read(), 4).code()).isEqualTo(ErrorCode.BAD_ARGUMENT.number());
        send(5, new Request.Forget(" "));
        assertThat(failure(read(), 5).code()).isEqualTo(ErrorCode.BAD_ARGUMENT.number());
        assertThat(mesh.writes).isEmpty();
        send(6, new Request.Ping());
        assertThat(answer(6)).isEqualTo(new Answer.Done());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 35, 41, 53, 128, 255})
    void unknownType_isAnsweredAndTheSessionGoesOn(int type) {
        welcome();
        in(new Frame(type, 5, new FieldWriter().u32(1).toBuffer()));
        assertFailure(
                read(),
                5,
                ErrorCode.UNKNOWN_TYPE,
                "request type: %d (expected: one of version 1)".formatted(type));
        send(6, new Request.Ping());
        assertThat(answer(6)).isEqualTo(new Answer.Done());
    }

    @Test
    void malformedBody_endsTheSessionWithItsNumber() {
        welcome();
        in(new Frame(MessageType.LOOKUP, 5, new FieldWriter().u16(3).toBuffer()));

        assertFailure(read(), 5, ErrorCode.MALFORMED, "node: 0 bytes are left (expected: 3)");
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 65_537, -1})
    void lengthOutOfRange_endsTheSessionAtOnce(int length) {
        welcome();
        channel.writeInbound(Unpooled.buffer().writeInt(length));

        assertThat(failure(read(), 0).code()).isEqualTo(ErrorCode.MALFORMED.number());
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void manyNames_comeInPartsOfOrderedFrames() {
        mesh.names = FakeMesh.many(2_345);
        welcome();
        send(1, new Request.Names(Scope.MESH, Optional.empty()));
        List<String> nodes = new ArrayList<>();
        int parts = 0;
        for (boolean more = true; more; parts++) {
            Answer.Nodes part = (Answer.Nodes) answer(1);
            part.nodes().forEach(n -> nodes.add(n.node().toString()));
            more = part.more();
        }

        assertThat(parts).isGreaterThan(20);
        assertThat(nodes)
                .containsExactlyElementsOf(
                        mesh.names.stream().map(n -> n.node().toString()).toList());
    }

    @Test
    void manyNames_noneMatches_looksAtThemInSteps() {
        mesh.names = FakeMesh.many(5_000);
        welcome();
        send(1, new Request.Names(Scope.MESH, Optional.of("zzz")));

        assertThat(answer(1)).isEqualTo(new Answer.Nodes(true, List.of()));
        assertThat(answer(1)).isEqualTo(new Answer.Nodes(true, List.of()));
        assertThat(answer(1)).isEqualTo(new Answer.Nodes(false, List.of()));
    }

    @Test
    void requestsInFlight_areBoundedAndTheRestWaits() {
        CompletableFuture<WriteResult> slow = new CompletableFuture<>();
        mesh.result = slow;
        welcome();
        for (int i = 0; i < 20; i++) {
            send(i, new Request.RemoveMapping("n%d@h".formatted(i)));
        }
        assertThat(mesh.writes).hasSize(MeshSessionHandler.MAX_IN_FLIGHT);
        assertThat(channel.config().isAutoRead()).isFalse();

        slow.complete(new WriteResult.Done());
        channel.runPendingTasks();

        assertThat(mesh.writes).hasSize(20);
        assertThat(channel.config().isAutoRead()).isTrue();
        List<Long> answered = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Frame frame = read();
            assertThat(MeshCodec.decodeAnswer(frame)).isEqualTo(new Answer.Done());
            answered.add(frame.request());
        }
        assertThat(answered).doesNotHaveDuplicates();
    }

    @Test
    void clientThatDoesNotRead_holdsUpItselfOnly() {
        mesh.names = FakeMesh.many(500);
        welcome();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        send(1, new Request.Names(Scope.MESH, Optional.empty()));
        send(2, new Request.Ping());
        assertThat(channel.outboundMessages()).isEmpty();
        assertThat(channel.config().isAutoRead()).isFalse();

        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();

        List<Answer> answers = new ArrayList<>();
        for (ByteBuf bytes = channel.readOutbound();
                bytes != null;
                bytes = channel.readOutbound()) {
            answers.add(MeshCodec.decodeAnswer(frame(bytes)));
        }
        assertThat(answers).hasSize(6).contains(new Answer.Done());
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void answerBeyondAFrame_isTooLarge() {
        String long64 = "x".repeat(65_535);
        sessionsOf(List.of(new Setting(long64, long64, long64)), 6);
        MeshCodec.decodeWelcome(read());
        send(1, new Request.ShowConfig());

        assertThat(failure(read(), 1).code()).isEqualTo(ErrorCode.TOO_LARGE.number());
        send(2, new Request.Ping());
        assertThat(answer(2)).isEqualTo(new Answer.Done());
    }
}
