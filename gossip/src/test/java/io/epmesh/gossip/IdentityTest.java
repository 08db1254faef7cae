package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    private static final long MICROS = 1_700_000_000_000_000L;

    private final SplittableRandom random = new SplittableRandom(1);
    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("identity");
    }

    @Test
    void load_freshDirectory_makesAnIdentityThatLasts() throws IOException {
        Identity first = Identity.load(directory, random, MICROS);
        assertThat(first.persistent()).isTrue();
        assertThat(first.incarnation()).isGreaterThanOrEqualTo(MICROS);
        assertThat(Files.readString(file))
                .isEqualTo(
                        "peer = %s%nincarnation = %d%n"
                                .formatted(first.peer(), first.incarnation()));
        Identity second = Identity.load(directory, random, MICROS + 10_000_000);
        assertThat(second.peer()).isEqualTo(first.peer());
        assertThat(second.persistent()).isTrue();
        assertThat(second.incarnation()).isGreaterThanOrEqualTo(MICROS + 10_000_000);
    }

    @Test
    void load_clockThatStandsOrGoesBack_stillRises() throws IOException {
        Identity first = Identity.load(directory, random, MICROS);
        Identity second = Identity.load(directory, random, MICROS);
        assertThat(second.peer()).isEqualTo(first.peer());
        assertThat(second.incarnation()).isGreaterThan(MICROS);
        assertThat(Identity.load(directory, random, 5).incarnation())
                .isGreaterThan(second.incarnation());
    }

    @ParameterizedTest
    @ValueSource(longs = {5, MICROS, MICROS + 1, MICROS + 60_000_000})
    void next_copiesOfADirectoryAtOneMoment_takeDifferentIncarnations(long now) {
        Optional<Identity> last = Optional.of(new Identity(new PeerId(1, 2), MICROS, true));
        assertThat(Identity.next(last, new SplittableRandom(1), now).incarnation())
                .isNotEqualTo(Identity.next(last, new SplittableRandom(2), now).incarnation());
    }

    @Test
    void load_restoredBackup_doesNotCountBehindItsOriginal() throws IOException {
        Identity.load(directory, random, MICROS);
        byte[] backup = Files.readAllBytes(file);
        Identity last = Identity.load(directory, random, MICROS + 10_000_000);
        Files.write(file, backup);
        assertThat(Identity.load(directory, random, MICROS + 20_000_000).incarnation())
                .isGreaterThan(last.incarnation());
    }

    @Test
    void renew_takesAnotherIdForGood() throws IOException {
        Identity first = Identity.load(directory, random, MICROS);
        Identity renewed = Identity.renew(directory, random, MICROS + 1);
        assertThat(renewed.peer()).isNotEqualTo(first.peer());
        assertThat(renewed.persistent()).isTrue();
        assertThat(Identity.load(directory, random, MICROS + 2).peer()).isEqualTo(renewed.peer());
    }

    @Test
    void transientOne_isOfThisRunOnly() {
        Identity one = Identity.transientOne(random, MICROS);
        assertThat(one.persistent()).isFalse();
        assertThat(one.incarnation()).isEqualTo(MICROS);
        assertThat(Identity.transientOne(random, MICROS).peer()).isNotEqualTo(one.peer());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "peer = 00112233445566778899aabbccddeeff",
                "peer = 0011\nincarnation = 7\n",
                "peer = zz112233445566778899aabbccddeeff\nincarnation = 7\n",
                "peer = 00112233445566778899aabbccddeeff\nincarnation = seven\n",
                "peer = 00112233445566778899aabbccddeeff\nincarnation = 99999999999999999999\n",
                "incarnation = 7\npeer = 00112233445566778899aabbccddeeff\n",
                "peer: 00112233445566778899aabbccddeeff\nincarnation: 7\n"
            })
    void load_malformedFile_isRefusedAndLeftAlone(String text) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> Identity.load(directory, random, MICROS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file + ": not an identity");
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    @Test
    void load_fileThatIsNoText_isRefused() throws IOException {
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> Identity.load(directory, random, MICROS))
                .isInstanceOf(IOException.class);
    }

    @Test
    void load_directoryThatCannotBeWritten_keepsTheIdentityBefore() throws IOException {
        Identity.load(directory, random, MICROS);
        byte[] before = Files.readAllBytes(file);
        Files.createDirectory(directory.resolve("identity.new")); // stops root too
        assertThatThrownBy(() -> Identity.load(directory, random, MICROS + 1))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Identity.renew(directory, random, MICROS + 1))
                .isInstanceOf(IOException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void load_missingDirectory_isRefused() {
        assertThatThrownBy(() -> Identity.load(directory.resolve("none"), random, MICROS))
                .isInstanceOf(IOException.class);
    }
}
