package io.epmesh.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "172.16.0.0/12, 172.31.0.1, true",
        "172.16.0.0/12, 172.32.0.1, false",
        "192.0.2.1, 192.0.2.1, true",
        "192.0.2.1, 192.0.2.0, false",
        "192.0.2.1/32, 192.0.2.2, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 203.0.113.9, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "fe80::/10, fe80::1%1, true",
        "::ffff:10.0.0.0/8, 10.1.2.3, true",
    })
    void contains_addressesWithTheSameFirstBits(String subnet, String address, boolean expected) {
        assertThat(Subnet.parse(subnet).orElseThrow().contains(InetAddress.ofLiteral(address)))
                .isEqualTo(expected);
    }

    /// The JDK unmaps what it is given as text; not what a system call gave.
    @Test
    void contains_mappedAddress_isTheIpv4Address() throws Exception {
        byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff0a010203");
        InetAddress address = Inet6Address.getByAddress(null, mapped, -1);
        assertThat(address.getAddress()).hasSize(16);

        assertThat(Subnet.parse("10.0.0.0/8").orElseThrow().contains(address)).isTrue();
        assertThat(Subnet.parse("11.0.0.0/8").orElseThrow().contains(address)).isFalse();
        assertThat(Subnet.parse("::/0").orElseThrow().contains(address)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1/8",
                "10.0.0.0/33",
                "2001:db8::/129",
                "2001:db8::1/64",
                "10.0.0.0/-1",
                "10.0.0.0/8/8",
            })
    void parse_badPrefix_isNoSubnet(String text) {
        assertThat(parsed(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/8", "10.0.0.0/", "10.0.0.0/x", "10/8", "fe80::1%1/64", "a.b.c.d"})
    void parse_notAnAddress_isNoSubnet(String text) {
        assertThat(parsed(text)).isFalse();
    }

    private static boolean parsed(String text) {
        try {
            return Subnet.parse(text).isPresent();
        } catch (IllegalArgumentException e) {
            return false; // as the syntax of a key takes it
        }
    }

    @Test
    void subnet_withBitsBehindThePrefix_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Subnet(InetAddress.ofLiteral("10.0.0.128"), 24))
                .withMessageContaining("has bits behind /24");
    }
}
