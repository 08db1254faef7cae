package io.epmesh.gossip.jgroups;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The identity that all peers of a mesh share: whoever holds the private key is a peer. Immutable.
///
/// A key file is PEM: private keys (PKCS #8, EC) and certificates. The first key and the first
/// certificate belong together and are shown to others; every certificate in the file is trusted,
/// by itself and for as long as it is there: names, dates and issuers mean nothing. So two
/// identities in one file are what a rotation needs: first the old one in front, on all hosts, then
/// the new one, then the new one alone.
public final class MeshKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final int MAX_FILE_BYTES = 64 * 1_024;

    /// A shared identity ends by being replaced, not by a date that nobody remembers.
    private static final int DAYS = 36_500;

    private static final String ALIAS = "mesh";

    /// Of a file that lives for a moment in a directory of its own.
    private static final String PASSWORD = "for-a-moment";

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /// Bytes of a [#tag].
    static final int TAG_LENGTH = 32;

    private static final String MAC = "HmacSHA256";

    /// Before what is tagged, so that a tag means one thing only.
    private static final byte[] TAG_PURPOSE = "epmesh beacon\n".getBytes(UTF_8);

    /// The suites of TLS 1.3, the one that is fastest with AES instructions in front.
    private static final List<String> SUITES =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    private final List<PrivateKey> keys;
    private final X509Certificate certificate;
    private final List<X509Certificate> trusted;

    private MeshKey(List<PrivateKey> keys, List<X509Certificate> certificates) {
        this.keys = List.copyOf(keys);
        this.certificate = certificates.getFirst();
        this.trusted = List.copyOf(certificates);
    }

    /// Reads a key file.
    ///
    /// @param file PEM, not readable by everybody
    /// @return the identity
    /// @throws IOException in one sentence: what is wrong with the file
    public static MeshKey read(Path file) throws IOException {
        checkPermissions(file);
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException("%s: longer than %d bytes".formatted(file, MAX_FILE_BYTES));
        }
        List<PrivateKey> keys = new ArrayList<>();
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text(file));
        try {
            while (blocks.find()) {
                byte[] der = Base64.getMimeDecoder().decode(blocks.group(2));
                switch (blocks.group(1)) {
                    case "PRIVATE KEY" ->
                            keys.add(
                                    KeyFactory.getInstance("EC")
                                            .generatePrivate(new PKCS8EncodedKeySpec(der)));
                    case "CERTIFICATE" ->
                            certificates.add(
                                    (X509Certificate)
                                            CertificateFactory.getInstance("X.509")
                                                    .generateCertificate(
                                                            new ByteArrayInputStream(der)));
                    default ->
                            throw new IOException(
                                    "%s: holds a '%s' (expected: PRIVATE KEY and CERTIFICATE)"
                                            .formatted(file, blocks.group(1)));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
        }
        if (keys.isEmpty() || certificates.isEmpty()) {
            throw new IOException(
                    "%s: %d keys and %d certificates (expected: one of each at least)"
                            .formatted(file, keys.size(), certificates.size()));
        }
        return new MeshKey(keys, certificates);
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "%s: this user may not read it (expected: chgrp to a group of the peer's user,"
                                    .formatted(file)
                            + " chmod g+r)",
                    e);
        }
    }

    /// Makes a new identity.
    ///
    /// @param file does not exist yet; readable by its owner only from the first moment
    /// @throws IOException in one sentence: why it could not be made
    public static void create(Path file) throws IOException {
        Path directory = Files.createTempDirectory("epmesh-key");
        Path store = directory.resolve("store");
        try {
            keytool(store);
            KeyStore made = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            PrivateKey key = (PrivateKey) made.getKey(ALIAS, PASSWORD.toCharArray());
            String pem =
                    pem("PRIVATE KEY", key.getEncoded())
                            + pem("CERTIFICATE", made.getCertificate(ALIAS).getEncoded());
            Files.createFile(file, OWNER_ONLY);
            Files.writeString(file, pem);
        } catch (GeneralSecurityException e) {
            throw new IOException("the key could not be made: " + e.getMessage(), e);
        } finally {
            Files.deleteIfExists(store);
            Files.deleteIfExists(directory);
        }
    }

    /// The JDK makes certificates by its tool alone.
    private static void keytool(Path store) throws IOException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command =
                List.of(
                        tool.toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-sigalg",
                        "SHA256withECDSA",
                        "-dname",
                        "CN=epmesh",
                        "-validity",
                        Integer.toString(DAYS),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the key was made", e);
        }
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, body, type);
    }

    private static void checkPermissions(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s: no such file".formatted(file));
        }
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null
                && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
            throw new IOException(
                    "%s: everybody may read it (expected: chmod o-r)".formatted(file));
        }
    }

    /// {@return what this peer accepts connections with: TLS 1.3, both sides prove themselves}
    ///
    /// @throws IOException in one sentence: why this key cannot be used
    public SslContext forServer() throws IOException {
        return forServer(SUITES);
    }

    SslContext forServer(List<String> suites) throws IOException {
        return build(
                SslContextBuilder.forServer(keys.getFirst(), certificate)
                        .clientAuth(ClientAuth.REQUIRE),
                suites);
    }

    /// {@return what this peer opens connections with}
    ///
    /// @throws IOException in one sentence: why this key cannot be used
    public SslContext forClient() throws IOException {
        return forClient(SUITES);
    }

    SslContext forClient(List<String> suites) throws IOException {
        return build(
                SslContextBuilder.forClient().keyManager(keys.getFirst(), certificate), suites);
    }

    /// {@return whether a certificate is one of the mesh's}
    boolean trusts(X509Certificate shown) {
        return trusted.contains(shown);
    }

    /// {@return a proof that whoever holds this key has made some bytes}
    byte[] tag(byte[] data) {
        return tag(keys.getFirst(), data);
    }

    /// {@return whether bytes were tagged with one of this file's keys}
    boolean made(byte[] tag, byte[] data) {
        return keys.stream().anyMatch(each -> MessageDigest.isEqual(tag, tag(each, data)));
    }

    private static byte[] tag(PrivateKey key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key.getEncoded(), MAC));
            mac.update(TAG_PURPOSE);
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }

    private SslContext build(SslContextBuilder builder, List<String> suites) throws IOException {
        return builder.sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3")
                .ciphers(suites)
                .trustManager(new Pinned())
                .endpointIdentificationAlgorithm("")
                // None is ever resumed; by default 20,480 would be kept, of 3 KiB each.
                .sessionCacheSize(1)
                .build();
    }

    /// The other side has shown a certificate that is not of this mesh.
    static final class ForeignKeyException extends CertificateException {
        private static final long serialVersionUID = 1L;

        private ForeignKeyException() {
            super("not this mesh's key");
        }
    }

    /// Trusts the certificates of the file, as they are, and nothing else.
    private final class Pinned extends X509ExtendedTrustManager {
        private void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length == 0 || !trusts(chain[0])) {
                throw new ForeignKeyException();
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MeshKey that && trusted.equals(that.trusted);
    }

    @Override
    public int hashCode() {
        return trusted.hashCode();
    }
}
