package io.epmesh.node.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What defaults are made of: facts about this host. Found without asking DNS, which could hold up
/// the start for seconds.
///
/// @param names host names as nodes of this host use them, short one first
/// @param addresses addresses of this host beyond loopback and link, main one first
/// @param hostsFile addresses of names, as the hosts file has them
/// @param stateDir where programs of this user keep their state, `epmesh` included
public record HostFacts(
        List<String> names,
        List<InetAddress> addresses,
        Map<String, List<InetAddress>> hostsFile,
        Path stateDir) {
    static final Path ETC_HOSTS = Path.of("/etc/hosts");
    private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    /// Loopback addresses that a name of its own cannot have.
    private static final Set<InetAddress> EVERYONES =
            Set.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"));

    /// Never sent to: connecting a datagram socket only chooses the local address.
    private static final InetSocketAddress SOMEWHERE =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9);

    /// Copies the lists.
    public HostFacts {
        names = List.copyOf(names);
        addresses = List.copyOf(addresses);
        hostsFile = Map.copyOf(hostsFile);
    }

    /// {@return the loopback addresses that the hosts file gives a name and that are not
    /// everyone's}
    ///
    /// @param name as the hosts file has it
    List<InetAddress> ownLoopbacks(String name) {
        return hostsFile.getOrDefault(name, List.of()).stream()
                .filter(InetAddress::isLoopbackAddress)
                .filter(address -> !EVERYONES.contains(address))
                .toList();
    }

    /// Looks at this host.
    ///
    /// @param environment environment variables
    /// @return the facts
    public static HostFacts read(Map<String, String> environment) {
        String host = hostName(environment);
        return new HostFacts(
                names(host, lines(ETC_HOSTS), lines(RESOLV_CONF)),
                localAddresses(),
                addressesByName(lines(ETC_HOSTS)),
                stateDir(
                        System.getProperty("user.name", ""),
                        System.getProperty("user.home", ""),
                        environment));
    }

    /// Erlang forms a long host part of the host's name and the resolver's domain; the hosts file
    /// may know another full name.
    static List<String> names(String host, List<String> hostsFile, List<String> resolvConf) {
        String shortName = host.contains(".") ? host.substring(0, host.indexOf('.')) : host;
        Set<String> names = new LinkedHashSet<>(List.of(shortName, host));
        if (!host.contains(".")) {
            words(resolvConf)
                    .filter(words -> words.length > 1)
                    .filter(words -> words[0].equals("domain") || words[0].equals("search"))
                    .findFirst()
                    .filter(words -> words[1].matches("[A-Za-z0-9.-]*[A-Za-z0-9]"))
                    .ifPresent(words -> names.add(host + "." + words[1]));
            words(hostsFile)
                    .flatMap(words -> Stream.of(words).skip(1))
                    .filter(name -> name.startsWith(host + "."))
                    .forEach(names::add);
        }
        return List.copyOf(names);
    }

    static Path stateDir(String user, String home, Map<String, String> environment) {
        if (user.equals("root")) {
            return Path.of("/var/lib/epmesh");
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        // The XDG specification: a path that is not absolute is to be ignored.
        return state.startsWith("/")
                ? Path.of(state, "epmesh")
                : Path.of(home, ".local", "state", "epmesh");
    }

    static Map<String, List<InetAddress>> addressesByName(List<String> hostsFile) {
        Map<String, List<InetAddress>> byName = new HashMap<>();
        for (String[] words : words(hostsFile).toList()) {
            Optional<InetAddress> address = literal(words[0]);
            for (int i = 1; i < words.length && address.isPresent(); i++) {
                byName.computeIfAbsent(words[i], _ -> new ArrayList<>()).add(address.get());
            }
        }
        return byName;
    }

    private static String hostName(Map<String, String> environment) {
        return lines(Path.of("/proc/sys/kernel/hostname")).stream()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .findFirst()
                .or(() -> Optional.ofNullable(environment.get("HOSTNAME")))
                .or(() -> Optional.ofNullable(environment.get("COMPUTERNAME")))
                .orElse("localhost");
    }

    private static List<InetAddress> localAddresses() {
        List<InetAddress> addresses = new ArrayList<>();
        mainAddress().ifPresent(addresses::add);
        try {
            // Compared by hand: what Comparator.comparing makes is made anew at each start.
            NetworkInterface.networkInterfaces()
                    .sorted((a, b) -> Integer.compare(a.getIndex(), b.getIndex()))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
                    .sorted((a, b) -> Integer.compare(rank(a), rank(b)))
                    .filter(a -> !addresses.contains(a))
                    .forEach(addresses::add);
        } catch (IOException e) {
            throw new UncheckedIOException("network interfaces cannot be listed", e);
        }
        return addresses;
    }

    private static int rank(InetAddress address) {
        return address instanceof Inet4Address ? 0 : 1;
    }

    private static Optional<InetAddress> mainAddress() {
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(SOMEWHERE);
            InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
            return Optional.of(local.getAddress())
                    .filter(a -> !a.isAnyLocalAddress() && !a.isLoopbackAddress());
        } catch (IOException noDefaultRoute) {
            return Optional.empty();
        }
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Syntax.literal(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not a line that the resolver would use
        }
    }

    private static Stream<String[]> words(List<String> lines) {
        return lines.stream()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .map(line -> line.split("\\s+"));
    }

    /// These files hint at defaults only: where one is absent or unreadable, there is no hint.
    private static List<String> lines(Path path) {
        try {
            return Files.readAllLines(path);
        } catch (IOException noHint) {
            return List.of();
        }
    }
}
