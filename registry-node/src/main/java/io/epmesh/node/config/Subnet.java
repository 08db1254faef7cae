package io.epmesh.node.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/// The addresses that begin with the same bits, as CIDR writes them: `10.0.0.0/8`, or one address.
///
/// @param base the least of them: no bit is set behind the prefix
/// @param prefix number of bits that count, 0..32, or 0..128 for IPv6
public record Subnet(InetAddress base, int prefix) {
    private static final int MAPPED_BYTES = 12;

    /// Checks the range and the bits.
    public Subnet {
        byte[] bytes = base.getAddress();
        if (prefix < 0 || prefix > bytes.length * Byte.SIZE) {
            throw new IllegalArgumentException("prefix: %d bits of %s".formatted(prefix, base));
        }
        if (!agree(new byte[bytes.length], bytes, prefix, bytes.length * Byte.SIZE)) {
            throw new IllegalArgumentException("%s has bits behind /%d".formatted(base, prefix));
        }
    }

    /// {@return what a text means, if it is an address, or one with `/` and its prefix}
    ///
    /// @param text without a zone
    static Optional<Subnet> parse(String text) {
        String[] parts = text.split("/", -1);
        Optional<InetAddress> base =
                text.indexOf('%') >= 0 ? Optional.empty() : Syntax.literal(parts[0]);
        if (base.isEmpty() || parts.length > 2) {
            return Optional.empty();
        }
        int all = base.get().getAddress().length * Byte.SIZE;
        if (parts.length == 1) {
            return Optional.of(new Subnet(base.get(), all));
        }
        return Optional.of(parts[1])
                .filter(bits -> bits.matches("[0-9]{1,3}"))
                .map(bits -> new Subnet(base.get(), Integer.parseInt(bits)));
    }

    /// Whether an address is one of them. An IPv4 address that was mapped into IPv6 is the IPv4
    /// address; zones do not count.
    ///
    /// @param address any
    /// @return whether it is
    public boolean contains(InetAddress address) {
        byte[] bytes = unmapped(address);
        return bytes.length == base.getAddress().length
                && agree(base.getAddress(), bytes, 0, prefix);
    }

    /// Whether two addresses have the same bits from one on to before another.
    private static boolean agree(byte[] expected, byte[] bytes, int from, int to) {
        for (int bit = from; bit < to; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if (((expected[bit / Byte.SIZE] ^ bytes[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] unmapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet6Address)) {
            return bytes;
        }
        for (int i = 0; i < MAPPED_BYTES; i++) {
            if (bytes[i] != (i < MAPPED_BYTES - 2 ? 0 : (byte) 0xff)) {
                return bytes;
            }
        }
        return Arrays.copyOfRange(bytes, MAPPED_BYTES, bytes.length);
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + prefix;
    }
}
