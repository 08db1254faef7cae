package io.epmesh.gossip;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// 64-bit fingerprints of single facts; those of a set are added up (modulo 2^64), so that a set's
/// fingerprint follows each change without a walk over the set. Sums, not exclusive ors: a fact
/// counted twice by mistake does not vanish. Truncated SHA-256, so that equal sums mean equal sets
/// for as long as nobody who holds the mesh's key forges them.
final class Fingerprint {
    private static final ThreadLocal<MessageDigest> SHA_256 =
            ThreadLocal.withInitial(Fingerprint::sha256);

    private Fingerprint() {}

    static long of(WireWriter fact) {
        return ByteBuffer.wrap(SHA_256.get().digest(fact.toArray())).getLong();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
