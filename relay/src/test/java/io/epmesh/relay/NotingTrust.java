package io.epmesh.relay;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.X509TrustManager;

/// Trusts as another does, and notes which threads ask.
record NotingTrust(X509TrustManager trust) implements X509TrustManager {
    private static final Set<String> THREADS = ConcurrentHashMap.newKeySet();

    /// Names of all that have asked.
    static Set<String> threads() {
        return THREADS;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        THREADS.add(Thread.currentThread().getName());
        trust.checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        THREADS.add(Thread.currentThread().getName());
        trust.checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getAcceptedIssuers();
    }
}
