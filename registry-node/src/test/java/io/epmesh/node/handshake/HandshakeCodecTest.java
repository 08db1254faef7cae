package io.epmesh.node.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.handshake.HandshakeCodec.Challenge;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class HandshakeCodecTest {
    @Test
    void writeName_version6_carriesFlagsOfAHiddenNode() {
        ByteBuf out = Unpooled.buffer();

        HandshakeCodec.writeName(out, "p@h", 6);

        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo("0012" + "4e" + "0000000407070f94" + "00000000" + "0003" + "704068");
    }

    @Test
    void writeName_version5_isTheOldGreeting() {
        ByteBuf out = Unpooled.buffer();

        HandshakeCodec.writeName(out, "p@h", 5);

        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo("000a" + "6e" + "0005" + "07070f94" + "704068");
    }

    @Test
    void isWelcome_okAndSimultaneous_areWelcome() {
        assertThat(HandshakeCodec.isWelcome(ascii("sok"))).isTrue();
        assertThat(HandshakeCodec.isWelcome(ascii("sok_simultaneous"))).isTrue();
    }

    @Test
    void isWelcome_anythingElse_isNot() {
        for (String status :
                new String[] {"", "s", "snok", "salive", "snot_allowed", "ok", "xok"}) {
            assertThat(HandshakeCodec.isWelcome(ascii(status))).as(status).isFalse();
        }
    }

    @Test
    void readChallenge_version6_givesNameAndUnsignedCreation() {
        String golden = "4e" + "0000000d07df7fbd" + "1a2b3c4d" + "fffffffe" + "0003" + "614068";

        assertThat(HandshakeCodec.readChallenge(hex(golden)))
                .contains(new Challenge("a@h", OptionalLong.of(4_294_967_294L)));
    }

    @Test
    void readChallenge_moreBehindTheName_isIgnored() {
        String golden = "4e" + "0000000d07df7fbd" + "1a2b3c4d" + "00000004" + "0003" + "614068ff";

        assertThat(HandshakeCodec.readChallenge(hex(golden)))
                .contains(new Challenge("a@h", OptionalLong.of(4)));
    }

    @Test
    void readChallenge_creationZero_isUnknown() {
        String golden = "4e" + "0000000d07df7fbd" + "1a2b3c4d" + "00000000" + "0003" + "614068";

        assertThat(HandshakeCodec.readChallenge(hex(golden)))
                .contains(new Challenge("a@h", OptionalLong.empty()));
    }

    @Test
    void readChallenge_version5_givesNameOnly() {
        assertThat(
                        HandshakeCodec.readChallenge(
                                hex("6e" + "0005" + "00df7fbd" + "1a2b3c4d" + "614068")))
                .contains(new Challenge("a@h", OptionalLong.empty()));
    }

    @Test
    void readChallenge_cutAnywhere_isNone() {
        byte[] whole = HexFormat.of().parseHex("4e0000000d07df7fbd1a2b3c4d000000040003614068");
        for (int length = 0; length < whole.length; length++) {
            assertThat(HandshakeCodec.readChallenge(Unpooled.wrappedBuffer(whole, 0, length)))
                    .as("first %d bytes", length)
                    .isEmpty();
        }
    }

    @Test
    void readChallenge_nameThatIsNoNodeName_isNone() {
        for (String name : new String[] {"", "a", "@", "a@", "@h", "a@b@c", "a\n@h", "a@h\0"}) {
            assertThat(
                            HandshakeCodec.readChallenge(
                                    challenge(name.getBytes(StandardCharsets.UTF_8))))
                    .as(name)
                    .isEmpty();
        }
    }

    @Test
    void readChallenge_nameBeyondTheLimit_isNone() {
        byte[] name =
                ("a@" + "h".repeat(HandshakeCodec.NAME_LIMIT - 1))
                        .getBytes(StandardCharsets.US_ASCII);

        assertThat(HandshakeCodec.readChallenge(challenge(name))).isEmpty();
    }

    @Test
    void readChallenge_nameInLatin1OrUtf8_isDecoded() {
        assertThat(
                        HandshakeCodec.readChallenge(
                                challenge("ü@h".getBytes(StandardCharsets.ISO_8859_1))))
                .map(Challenge::fullName)
                .contains("ü@h");
        assertThat(HandshakeCodec.readChallenge(challenge("ü@h".getBytes(StandardCharsets.UTF_8))))
                .map(Challenge::fullName)
                .contains("ü@h");
    }

    private static ByteBuf challenge(byte[] name) {
        return Unpooled.buffer()
                .writeByte('N')
                .writeLong(0)
                .writeInt(7)
                .writeInt(8)
                .writeShort(name.length)
                .writeBytes(name);
    }

    private static ByteBuf ascii(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static ByteBuf hex(String text) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(text));
    }
}
