package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// Coverage-guided fuzzing of the bytes that strangers may send. An ordinary run plays the kept
/// inputs, those in `ProtocolFuzzTestInputs` beside this class's resources; with `JAZZER_FUZZ=1` in
/// the environment, and one method chosen, it searches for new ones.
class ProtocolFuzzTest {
    /// A request is decoded or is a violation, and what was decoded survives its encoding.
    @FuzzTest(maxDuration = "5m")
    void requestCodec(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > FrameDecoder.MAX_LENGTH) {
            return;
        }
        ByteBuf body = Unpooled.wrappedBuffer(bytes);
        EpmdRequest request;
        try {
            request = RequestCodec.decode(body);
        } catch (ProtocolViolation expected) {
            return;
        }
        assertThat(body.readableBytes()).isEqualTo(bytes.length);
        switch (request) {
            case EpmdRequest.RefusedAlive2 _, EpmdRequest.StopNoName _ -> {}
            case EpmdRequest.Alive2 _,
                    EpmdRequest.PortPlease2 _,
                    EpmdRequest.Names _,
                    EpmdRequest.Dump _,
                    EpmdRequest.Kill _,
                    EpmdRequest.Stop _ -> {
                ByteBuf again = Unpooled.buffer();
                RequestCodec.encode(request, again);
                assertThat(again.readUnsignedShort()).isEqualTo(again.readableBytes());
                assertThat(RequestCodec.decode(again)).isEqualTo(request);
            }
        }
    }

    /// A reply is decoded or is a violation.
    @FuzzTest(maxDuration = "5m")
    void responseCodec(byte[] bytes) {
        for (Reply reply : Reply.values()) {
            try {
                reply.decode(Unpooled.wrappedBuffer(bytes));
            } catch (ProtocolViolation expected) {
                assertThat(expected).hasMessageContaining("RESP");
            }
        }
    }

    private enum Reply {
        NAMES,
        PORT2;

        void decode(ByteBuf bytes) {
            switch (this) {
                case NAMES -> assertThat(ResponseCodec.decodeNames(bytes).names()).isNotNull();
                case PORT2 -> assertThat(ResponseCodec.decodePort2(bytes)).isNotNull();
            }
        }
    }

    /// Whatever comes on two connections, and in whatever pieces: no bug surfaces, a reply has one
    /// of the known forms, and nothing is left when they end. The first byte of a piece says on
    /// which connection and how long it is; a piece of no bytes half-closes.
    @FuzzTest(maxDuration = "5m")
    void connection(byte[] script) {
        try (EmbeddedFrontend frontend = new EmbeddedFrontend()) {
            int at = 0;
            while (at < script.length) {
                int control = script[at++] & 0xff;
                int length = Math.min(control >> 1, script.length - at);
                if (length == 0) {
                    frontend.halfClose(control & 1);
                } else {
                    frontend.send(control & 1, script, at, length);
                }
                at += length;
            }
        }
    }
}
