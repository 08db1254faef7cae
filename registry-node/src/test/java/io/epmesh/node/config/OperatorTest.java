package io.epmesh.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorTest {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir private Path directory;

    private Path file(String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("operator"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw----", "r--------"})
    @SuppressWarnings("ObjectToString") // that it tells nothing is the point
    void read_fileOfOwnerAndGroup_isTheToken(String permissions) throws IOException {
        Operator operator = Operator.read(file("  " + TOKEN + "\n", permissions));

        assertThat(operator.token()).isEqualTo(TOKEN);
        assertThat(operator.admits(TOKEN)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeg"})
    void admits_anotherToken_isFalse(String shown) throws IOException {
        assertThat(Operator.read(file(TOKEN, "rw-------")).admits(shown)).isFalse();
    }

    @Test
    void admits_withoutAFile_isTrue() {
        assertThat(Operator.ANY_USER.admits("")).isTrue();
        assertThat(Operator.ANY_USER.admits(TOKEN)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw----rw-", "rw-----w-"})
    void read_fileOfEverybody_isRefused(String permissions) throws IOException {
        Path file = file(TOKEN, permissions);
        assertThatIOException()
                .isThrownBy(() -> Operator.read(file))
                .withMessage(
                        "operator-file: %s: everybody may read or write it (expected: chmod o-rwx)",
                        file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " \n", "0123456789abcde", "two words of a token", "0123456789abcdé"})
    void read_noToken_isRefusedWithoutShowingIt(String text) throws IOException {
        Path file = file(text, "rw-------");
        assertThatIOException()
                .isThrownBy(() -> Operator.read(file))
                .withMessage(
                        "operator-file: %s: holds no token (expected: 16 to 256 printable characters"
                                + " of ASCII without white space)",
                        file);
    }

    @Test
    void read_greatFile_isRefused() throws IOException {
        Path file = file("x".repeat(100_000), "rw-------");
        assertThatIOException()
                .isThrownBy(() -> Operator.read(file))
                .withMessageContaining("holds no token");
    }

    @Test
    void read_noFile_isRefused() {
        Path file = directory.resolve("nothing");
        assertThatIOException()
                .isThrownBy(() -> Operator.read(file))
                .withMessage("operator-file: %s: no such file", file);
    }

    @Test
    void read_fileOfAnotherUser_isRefused() throws IOException {
        Path file = file(TOKEN, "---------");
        assumeFalse(Files.isReadable(file), "skipped: root may read every file");
        assertThatIOException()
                .isThrownBy(() -> Operator.read(file))
                .withMessage("operator-file: %s: this user may not read it", file);
    }
}
