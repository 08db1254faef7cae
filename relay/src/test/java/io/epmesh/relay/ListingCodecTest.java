package io.epmesh.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingCodecTest {
    private static final CableView PLAIN =
            new CableView(
                    7,
                    "a@h1",
                    "b@h2",
                    CableView.State.JOINED,
                    Treatment.OPEN,
                    Duration.ofNanos(3),
                    4,
                    5);
    private static final String BYTES =
            "00 00000036 00000001" // status, length, total
                    + "0030 0000000000000007 0004 61406831 0004 62406832 01"
                    + "00 00 00 0000000000000003 0000000000000004 0000000000000005";

    @Test
    void cable_hasTheseBytes_andIsReadWhenTheyAreWhole() {
        byte[] bytes = HexFormat.of().parseHex(BYTES.replace(" ", ""));
        ByteBuf out = Unpooled.buffer();
        ListingCodec.encode(List.of(PLAIN), out);
        assertThat(out).isEqualTo(Unpooled.wrappedBuffer(bytes));
        ByteBuf in = Unpooled.buffer();
        for (byte each : bytes) {
            assertThat(ListingCodec.decode(in)).isEmpty();
            in.writeByte(each);
        }
        assertThat(ListingCodec.decode(in)).contains(new CableListing(List.of(PLAIN), 1));
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void everyTreatment_isReadAsItWasWritten() {
        List<CableView> cables =
                List.of(
                        treated(new Treatment.Reset()),
                        treated(
                                new Treatment.Carry(
                                        new Passage.Stalled(),
                                        new Passage.Delayed(
                                                Duration.ofMillis(50), Duration.ofMillis(7)))));
        ByteBuf bytes = Unpooled.buffer();
        ListingCodec.encode(cables, bytes);
        assertThat(ListingCodec.decode(bytes)).contains(new CableListing(cables, 2));
    }

    @Test
    void cables_beyondTheLimit_areCountedOnly() {
        int many = ListingCodec.MAX_BYTES / 50;
        ByteBuf bytes = Unpooled.buffer();
        ListingCodec.encode(Collections.nCopies(many, PLAIN), bytes);
        CableListing listing = ListingCodec.decode(bytes).orElseThrow();
        assertThat(listing.total()).isEqualTo(many);
        assertThat(listing.cables()).hasSizeBetween(many / 2, many - 1);
    }

    @Test
    void fieldsOfALaterVersion_areSkipped() {
        String longer = BYTES.replace("00 00000036", "00 00000037").replace("0030", "0031") + "ff";
        ByteBuf bytes = Unpooled.wrappedBuffer(HexFormat.of().parseHex(longer.replace(" ", "")));
        assertThat(ListingCodec.decode(bytes)).contains(new CableListing(List.of(PLAIN), 1));
    }

    @Test
    void listing_withBadFields_isMalformed() {
        for (String bad :
                List.of(
                        "03 00000004 00000000",
                        "00 00000003 000000",
                        "00 7fffffff 00000000",
                        "00 00000006 00000001 0033",
                        BYTES.replace("62406832 01", "62406832 03"),
                        BYTES.replace("01" + "00 00 00", "01" + "02 00 00"),
                        BYTES.replace("01" + "00 00 00", "01" + "00 03 00"),
                        BYTES.replace("0004 61406831", "0000 61406831"))) {
            ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex(bad.replace(" ", "")));
            assertThatThrownBy(() -> ListingCodec.decode(in))
                    .as(bad)
                    .isInstanceOf(CorruptedFrameException.class);
        }
    }

    private static CableView treated(Treatment treatment) {
        return new CableView(
                8,
                "?@h1",
                "ä@h2",
                CableView.State.WAITING,
                treatment,
                Duration.ofSeconds(1),
                Long.MAX_VALUE,
                0);
    }
}
