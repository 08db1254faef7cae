package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BeaconTest {
    private static final InetAddress SOURCE = InetAddress.ofLiteral("10.0.0.1");
    private static final Beacon BEACON = new Beacon(true, 4370, 7, new PeerId(1, 2));

    @TempDir static Path directory;

    private static Optional<MeshKey> key(String name) throws Exception {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            MeshKey.create(file);
        }
        return Optional.of(MeshKey.read(file));
    }

    @Test
    void encode_withoutKey_hasTheDrawnLayout() {
        assertThat(HexFormat.of().formatHex(BEACON.encode(SOURCE, Optional.empty())))
                .isEqualTo(
                        "45504d42"
                                + "01"
                                + "01"
                                + "1112"
                                + "0000000000000007"
                                + "0000000000000001"
                                + "0000000000000002");
    }

    @Test
    void decode_ownEncoding_isTheBeacon() throws Exception {
        for (Optional<MeshKey> key : List.of(Optional.<MeshKey>empty(), key("a"))) {
            assertThat(Beacon.decode(BEACON.encode(SOURCE, key), SOURCE, key)).hasValue(BEACON);
        }
    }

    @Test
    void decode_otherKeyNoKeyOrOtherSource_isNothing() throws Exception {
        byte[] ours = BEACON.encode(SOURCE, key("a"));
        assertThat(Beacon.decode(ours, SOURCE, key("b"))).isEmpty();
        assertThat(Beacon.decode(ours, SOURCE, Optional.empty())).isEmpty();
        assertThat(Beacon.decode(ours, InetAddress.ofLiteral("10.0.0.2"), key("a"))).isEmpty();
        assertThat(Beacon.decode(BEACON.encode(SOURCE, Optional.empty()), SOURCE, key("a")))
                .isEmpty();
    }

    @Test
    void decode_amidARotation_knowsBothKeys() throws Exception {
        key("a");
        key("b");
        Path both = directory.resolve("both");
        Files.copy(directory.resolve("a"), both);
        Files.writeString(
                both,
                Files.readString(directory.resolve("b"))
                        + Files.readString(directory.resolve("a")));
        Optional<MeshKey> rotating = Optional.of(MeshKey.read(both));
        assertThat(Beacon.decode(BEACON.encode(SOURCE, key("a")), SOURCE, rotating)).isPresent();
        assertThat(Beacon.decode(BEACON.encode(SOURCE, rotating), SOURCE, key("b"))).isPresent();
    }

    @Test
    void decode_anyByteChangedOrLost_isNothing() throws Exception {
        Optional<MeshKey> key = key("a");
        byte[] good = BEACON.encode(SOURCE, key);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 4;
            assertThat(Beacon.decode(bad, SOURCE, key)).as("byte %d", i).isEmpty();
            assertThat(Beacon.decode(Arrays.copyOf(good, i), SOURCE, key)).isEmpty();
        }
    }

    @Test
    void decode_garbageWithoutKey_neverThrows() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] garbage = new byte[random.nextInt(70)];
            random.nextBytes(garbage);
            assertThat(Beacon.decode(garbage, SOURCE, Optional.empty())).isEmpty();
        }
    }

    @Test
    void decode_portZero_isNothing() {
        Beacon zero = new Beacon(true, 0, 7, new PeerId(1, 2));
        byte[] bytes = zero.encode(SOURCE, Optional.empty());
        assertThat(Beacon.decode(bytes, SOURCE, Optional.empty())).isEmpty();
    }
}
