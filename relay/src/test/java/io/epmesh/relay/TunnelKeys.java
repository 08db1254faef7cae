package io.epmesh.relay;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Identities of meshes.
final class TunnelKeys {
    private TunnelKeys() {}

    /// A new one, for which a file is made in a directory.
    static TunnelSettings.Tls make(Path directory, String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                "secret",
                                "-validity",
                                "1")
                        .redirectErrorStream(true)
                        .start();
        keytool.getInputStream().readAllBytes();
        if (!keytool.waitFor(Duration.ofMinutes(2)) || keytool.exitValue() != 0) {
            throw new AssertionError("keytool failed");
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, "secret".toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(name, keys.getCertificate(name));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        NotingTrust noting = new NotingTrust((X509TrustManager) trust.getTrustManagers()[0]);
        return new TunnelSettings.Tls(
                SslContextBuilder.forServer(own)
                        .trustManager(noting)
                        .clientAuth(ClientAuth.REQUIRE)
                        .protocols("TLSv1.3")
                        .build(),
                SslContextBuilder.forClient()
                        .keyManager(own)
                        .trustManager(noting)
                        .endpointIdentificationAlgorithm(null)
                        .protocols("TLSv1.3")
                        .build());
    }
}
