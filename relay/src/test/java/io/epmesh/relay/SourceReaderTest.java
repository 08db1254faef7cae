package io.epmesh.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceReaderTest {
    private final List<String> names = new ArrayList<>();
    private String handedOn = "";

    @Test
    void greeting_ofVersion6_namesTheSource() {
        check(Nodes.greeting("a@h1"), "a@h1");
    }

    @Test
    void greeting_ofVersion5_namesTheSource() {
        check(Nodes.oldGreeting("b@host.example"), "b@host.example");
    }

    @Test
    void greeting_ofANodeThatWantsAName_namesItsHost() {
        check(Nodes.greeting("h1", 0x4 | 1L << 33), "?@h1");
    }

    @Test
    void hello_ofTls_isNobody() {
        check(HexFormat.of().parseHex("160301020001"), "nobody");
    }

    @Test
    void greeting_withANameThatEndsBeyondIt_isNobody() {
        byte[] bytes = Nodes.greeting("a@h1");
        bytes[2 + 1 + 8 + 4 + 1] = 9;
        check(bytes, "nobody");
    }

    @Test
    void greeting_withControlCharacters_isNobody() {
        check(Nodes.greeting("a\n@h1"), "nobody");
    }

    /// A cable of that name made the whole listing of its relay unreadable.
    @Test
    void greeting_withANameLongerThanAny_isNobody() {
        check(Nodes.greeting("a@" + "h".repeat(TunnelCodec.MAX_NAME_BYTES - 1)), "nobody");
        String longest = "a@" + "h".repeat(TunnelCodec.MAX_NAME_BYTES - 2);
        check(Nodes.greeting(longest), longest);
    }

    @Test
    void greeting_longerThanAny_isNobodyBeforeItEnds() {
        byte[] bytes = new byte[SourceReader.MAX_BYTES];
        bytes[0] = (byte) 0xff;
        bytes[2] = 'N';
        check(bytes, "nobody");
    }

    private void check(byte[] bytes, String expected) {
        for (int piece : new int[] {bytes.length, 1}) {
            names.clear();
            EmbeddedChannel channel = new EmbeddedChannel(new SourceReader(this::known));
            for (int at = 0; at < bytes.length && names.isEmpty(); at += piece) {
                channel.writeInbound(Unpooled.copiedBuffer(bytes, at, piece));
            }
            assertThat(names).containsExactly(expected);
            byte[] read = HexFormat.of().parseHex(handedOn);
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                    .startsWith(new String(read, StandardCharsets.ISO_8859_1));
            assertThat(read).isNotEmpty();
            assertThat(channel.finish()).isFalse();
        }
    }

    private void known(Optional<String> name, ByteBuf bytes) {
        names.add(name.orElse("nobody"));
        handedOn = ByteBufUtil.hexDump(bytes);
        bytes.release();
    }
}
