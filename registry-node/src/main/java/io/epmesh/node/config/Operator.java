package io.epmesh.node.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;

/// Who may write to the mesh: whoever holds the token of `operator-file`, or, where there is none,
/// any user of this host. Immutable; shows the token to nobody but [#token].
public final class Operator {
    /// There is no token.
    public static final Operator ANY_USER = new Operator("");

    private static final int MAX_BYTES = 4_096;
    private static final String TOKEN = "[!-~]{16,256}";
    private static final Set<PosixFilePermission> OPEN =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    /// Empty: none is needed.
    private final String token;

    private Operator(String token) {
        this.token = token;
    }

    /// Reads the token of a file, which others than its owner and group can neither read nor write.
    ///
    /// @param file holds 16 to 256 printable characters of ASCII without white space, and white
    ///   space around them
    /// @return its holder
    /// @throws IOException if it cannot be used; the message is a sentence that names key and file
    public static Operator read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw unusable(file, "no such file");
        }
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null
                && Files.getPosixFilePermissions(file).stream().anyMatch(OPEN::contains)) {
            throw unusable(file, "everybody may read or write it (expected: chmod o-rwx)");
        }
        String text;
        try {
            text = Files.size(file) > MAX_BYTES ? "" : new String(Files.readAllBytes(file), UTF_8);
        } catch (AccessDeniedException e) {
            throw unusable(file, "this user may not read it");
        }
        if (!text.strip().matches(TOKEN)) {
            throw unusable(
                    file,
                    "holds no token (expected: 16 to 256 printable characters of ASCII without"
                            + " white space)");
        }
        return new Operator(text.strip());
    }

    private static IOException unusable(Path file, String why) {
        return new IOException("operator-file: %s: %s".formatted(file, why));
    }

    /// Whether somebody who shows this token may write. Takes the same time for each wrong one.
    ///
    /// @param shown a token, or nothing
    /// @return whether
    public boolean admits(String shown) {
        return token.isEmpty() || MessageDigest.isEqual(digest(token), digest(shown));
    }

    /// {@return the token; empty: none is needed}
    public String token() {
        return token;
    }

    /// Of equal length, whatever the length of the text.
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
