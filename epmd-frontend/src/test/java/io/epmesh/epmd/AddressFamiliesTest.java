package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Hosts of one family, of both, and without one of the loopbacks; each a namespace with the
/// addresses 192.0.2.1, 192.0.2.2, 2001:db8::1 and 2001:db8::2 as far as it has the family.
@Timeout(240)
class AddressFamiliesTest {
    private static final String FOUR =
            "ip addr add 192.0.2.1/32 dev lo; ip addr add 192.0.2.2/32 dev lo;";

    /// The kernel takes its time until an IPv6 address can be used.
    private static final String SIX =
            """
            for address in 2001:db8::1 2001:db8::2; do
                ip addr add $address/128 dev lo nodad
                until ip -6 route get $address 2>/dev/null | grep -q '^local'; do :; done
            done
            until test -z "$(ip -6 addr show tentative)"; do :; done
            """;

    private static final List<String> ALL =
            List.of("127.0.0.1", "::1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2");

    private static String setup(String host) {
        return switch (host) {
            case "dual" -> FOUR + SIX;
            case "dual, sockets apart" -> FOUR + SIX + "sysctl -qw net.ipv6.bindv6only=1";
            case "without ::1" -> FOUR + SIX + "ip addr del ::1/128 dev lo";
            case "IPv4 only" -> FOUR + "sysctl -qw net.ipv6.conf.all.disable_ipv6=1";
            case "IPv6 only" -> SIX + "ip addr del 127.0.0.1/8 dev lo";
            default -> throw new AssertionError(host);
        };
    }

    private static StartResult start(String addresses, Transport transport, int port) {
        List<InetAddress> list =
                Stream.of(addresses.split(" ", -1))
                        .filter(each -> !each.equals("all"))
                        .map(InetAddress::ofLiteral)
                        .toList();
        return EpmdServer.start(
                EpmdSettings.DEFAULTS.withPort(port).withAddresses(list),
                new RecordingDirectory(),
                Map.of(),
                transport,
                ServiceManager.NONE);
    }

    private static boolean isAnswered(String address, int port) throws IOException {
        try (Wire wire = new Wire(InetAddress.ofLiteral(address), port)) {
            return wire.send("0001 6e").readAll().equals("%08x".formatted(port));
        } catch (SocketException none) {
            return false; // no such address, no route, nobody there, or closed on
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dual | all | 127.0.0.1 ::1 192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2",
                "dual | :: | 127.0.0.1 ::1 192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2",
                "dual | 0.0.0.0 :: | 127.0.0.1 ::1 192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2",
                "dual | 0.0.0.0 | 127.0.0.1 ::1 192.0.2.1 192.0.2.2",
                "dual | 0.0.0.0 0.0.0.0 192.0.2.1 127.0.0.1 | 127.0.0.1 ::1 192.0.2.1 192.0.2.2",
                "dual | 0.0.0.0 2001:db8::1 | 127.0.0.1 ::1 192.0.2.1 192.0.2.2 2001:db8::1",
                "dual | 192.0.2.1 192.0.2.1 | 127.0.0.1 ::1 192.0.2.1",
                "dual | 2001:db8::1 ::1 2001:db8::1 | 127.0.0.1 ::1 2001:db8::1",
                "dual | ::ffff:192.0.2.1 192.0.2.1 | 127.0.0.1 ::1 192.0.2.1",
                "dual | 127.0.0.1 | 127.0.0.1 ::1",
                "dual, sockets apart | all | 127.0.0.1 ::1 192.0.2.1 192.0.2.2 2001:db8::1"
                        + " 2001:db8::2",
                "dual, sockets apart | 0.0.0.0 2001:db8::1 | 127.0.0.1 ::1 192.0.2.1 192.0.2.2"
                        + " 2001:db8::1",
                "without ::1 | all | 127.0.0.1 192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2",
                "without ::1 | 2001:db8::2 | 127.0.0.1 2001:db8::2",
                "without ::1 | 0.0.0.0 | 127.0.0.1 192.0.2.1 192.0.2.2",
                "IPv4 only | all | 127.0.0.1 192.0.2.1 192.0.2.2",
                "IPv4 only | :: | 127.0.0.1 192.0.2.1 192.0.2.2",
                "IPv4 only | 0.0.0.0 | 127.0.0.1 192.0.2.1 192.0.2.2",
                "IPv4 only | 192.0.2.2 | 127.0.0.1 192.0.2.2",
                "IPv6 only | all | ::1 2001:db8::1 2001:db8::2",
                "IPv6 only | 2001:db8::1 | ::1 2001:db8::1",
            })
    void server_isAnsweringWhereItIsAsked(String host, String addresses, String answered)
            throws Exception {
        for (Transport transport : Transport.values()) {
            Namespace.run(
                    setup(host),
                    () -> {
                        StartResult result = start(addresses, transport, 0);
                        assertThat(result).isInstanceOf(StartResult.Started.class);
                        try (EpmdServer server = ((StartResult.Started) result).server()) {
                            for (String address : ALL) {
                                assertThat(isAnswered(address, server.port()))
                                        .as("%s %s", transport, address)
                                        .isEqualTo(
                                                List.of(answered.split(" ", -1)).contains(address));
                            }
                        }
                        return null;
                    });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dual | 192.0.2.9",
                "IPv4 only | 2001:db8::1",
                "IPv4 only | 192.0.2.1 2001:db8::1",
                "IPv6 only | 192.0.2.1"
            })
    void server_askedForAnAddressThatTheHostHasNot_saysWhich(String host, String addresses)
            throws Exception {
        for (Transport transport : Transport.values()) {
            Namespace.run(
                    setup(host),
                    () -> {
                        StartResult result = start(addresses, transport, 0);
                        assertThat(result).isInstanceOf(StartResult.CannotListen.class);
                        assertThat(((StartResult.CannotListen) result).address().getAddress())
                                .isEqualTo(
                                        InetAddress.ofLiteral(addresses.replaceFirst(".* ", "")));
                        return null;
                    });
        }
    }

    /// Else half of the host's nodes would register here, and half with the other.
    @ParameterizedTest
    @CsvSource({"127.0.0.1", "::1", "192.0.2.1", "2001:db8::2"})
    void server_whereAnotherHasThePortAtOneAddress_findsItInUse(String address) throws Exception {
        Namespace.run(
                setup("dual"),
                () -> {
                    try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral(address))) {
                        for (String addresses : List.of("all", "0.0.0.0 2001:db8::2")) {
                            assertThat(start(addresses, Transport.best(), other.getLocalPort()))
                                    .isInstanceOf(StartResult.AddressInUse.class);
                        }
                    }
                    return null;
                });
    }

    /// A client whose IPv4 address comes mapped into IPv6 is still this host's.
    @Test
    void client_ofADualStackSocket_isLocal() throws Exception {
        Namespace.run(
                setup("dual"),
                () -> {
                    StartResult result = start("all", Transport.best(), 0);
                    try (EpmdServer server = ((StartResult.Started) result).server()) {
                        for (String address : ALL) {
                            InetAddress own = InetAddress.ofLiteral(address);
                            try (Wire wire = new Wire(own, own, server.port())) {
                                assertThat(wire.send("0001 64").readAll()).as(address).isNotEmpty();
                            }
                        }
                    }
                    return null;
                });
    }
}
