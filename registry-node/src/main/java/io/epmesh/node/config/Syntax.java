package io.epmesh.node.config;

import io.epmesh.node.naming.Glob;
import io.epmesh.node.naming.NodeName;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How the text of a value is read, and how an error text says what was expected.
///
/// @param <T> type of the value
/// @param expected what is accepted, to be read behind "expected:"
/// @param reader parses; empty or an [IllegalArgumentException] if the text is not accepted
public record Syntax<T>(String expected, Function<String, Optional<T>> reader) {
    static final String ALL = "all";
    static final String ANY = "any";
    static final String OFF = "off";

    /// The text of a value that is left out.
    public static final String NONE = "none";

    static final String GOSSIP_ADDRESS = "gossip-address";

    /// A port to listen on; 0 means any free one.
    public static final Syntax<Integer> LISTEN_PORT =
            new Syntax<>("a port, 1..65535, or 0 for any free one", text -> port(text, 0));

    static final Syntax<Boolean> BOOLEAN =
            new Syntax<>(
                    "true or false",
                    text -> Optional.ofNullable(Map.of("true", true, "false", false).get(text)));

    static final Syntax<InetAddress> ADDRESS =
            new Syntax<>(
                    "an IPv4 or IPv6 address of this host",
                    text -> literal(text).filter(address -> !isUnbindable(address)));

    static final Syntax<List<InetAddress>> ADDRESSES =
            new Syntax<>(
                    "all, or IPv4 and IPv6 addresses with commas between",
                    text ->
                            text.equals(ALL)
                                    ? Optional.of(List.of())
                                    : list(text, Syntax::literal));

    static final Syntax<Allowed> LOOKUPS_ALLOWED =
            new Syntax<>(
                    "any, or local, peers, addresses and networks as 10.0.0.0/8 (no bits behind the"
                            + " prefix), with commas between",
                    text ->
                            text.equals(ANY)
                                    ? Optional.of(Allowed.ANY)
                                    : list(text, Optional::of).flatMap(l -> Allowed.of(l, true)));

    static final Syntax<Allowed> REGISTRATIONS_ALLOWED =
            new Syntax<>(
                    "local, addresses and networks as 172.17.0.0/16 (no bits behind the prefix),"
                            + " with commas between",
                    text -> list(text, Optional::of).flatMap(l -> Allowed.of(l, false)));

    static final Syntax<List<InetAddress>> ADVERTISED =
            new Syntax<>(
                    "at most one IPv4 and one IPv6 address, with a comma between",
                    text ->
                            list(text, Syntax::literal)
                                    .filter(l -> l.stream().noneMatch(Syntax::isUnbindable))
                                    .filter(l -> distinctFamilies(l) == l.size()));

    static final Syntax<List<String>> HOST_NAMES =
            new Syntax<>(
                    "host names with commas between, each as behind the @ of a node name",
                    text -> list(text, Syntax::hostPart));

    static final Syntax<String> MESH =
            new Syntax<>(
                    "1..64 of A-Z a-z 0-9 . _ -",
                    text -> Optional.of(text).filter(t -> t.matches("[A-Za-z0-9._-]{1,64}")));

    static final Syntax<Duration> TIME =
            new Syntax<>("a time of 1s..1h with its unit, ms, s, m or h", Syntax::time);

    static final Syntax<Path> DIRECTORY =
            new Syntax<>(
                    "a directory",
                    text ->
                            Optional.of(text)
                                    .filter(t -> !t.isEmpty())
                                    .map(t -> Path.of(t).toAbsolutePath().normalize()));

    /// A file that may be left out.
    public static final Syntax<List<Path>> FILE =
            new Syntax<>(
                    "a file, or none",
                    text ->
                            text.equals(NONE)
                                    ? Optional.of(List.of())
                                    : Optional.of(text)
                                            .filter(t -> !t.isEmpty())
                                            .map(t -> List.of(Path.of(t).toAbsolutePath())));

    static final Syntax<List<InetSocketAddress>> HTTP =
            new Syntax<>(
                    "off, or ADDRESS:PORT with a loopback address",
                    text -> text.equals(OFF) ? Optional.of(List.of()) : loopback(text));

    static final Syntax<List<StaticPort>> STATIC_PORTS =
            new Syntax<>(
                    "none, PORT, or GLOB=PORT with commas between, ports 1..65535",
                    text -> text.equals(NONE) ? Optional.of(List.of()) : list(text, Syntax::rule));

    static final Syntax<RelayMode> RELAY_MODE =
            new Syntax<>(
                    "off, module or all",
                    text ->
                            Stream.of(RelayMode.values())
                                    .filter(m -> m.name().toLowerCase(Locale.ROOT).equals(text))
                                    .findAny());

    static final Syntax<LogFormat> LOG_FORMAT =
            new Syntax<>(
                    "text or json",
                    text ->
                            Stream.of(LogFormat.values())
                                    .filter(f -> f.name().toLowerCase(Locale.ROOT).equals(text))
                                    .findAny());

    static final Syntax<List<String>> MESH_HOST =
            new Syntax<>(
                    "none, or SHORT[,DOTTED], host parts of node names, without a dot and with one",
                    text ->
                            text.equals(NONE)
                                    ? Optional.of(List.of())
                                    : list(text, Syntax::hostPart).filter(Syntax::isMeshHost));

    static final Syntax<Level> LEVEL =
            new Syntax<>(
                    "error, warning, info, debug or trace",
                    text ->
                            Stream.of(Level.values())
                                    .filter(l -> l != Level.ALL && l != Level.OFF)
                                    .filter(l -> l.getName().toLowerCase(Locale.ROOT).equals(text))
                                    .findAny());

    private static final Pattern TIME_TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern HOST_PORT =
            Pattern.compile("(?:\\[([^\\]]*)\\]|([^:\\[\\]]+))(?::([0-9]+))?");

    static Syntax<List<JoinTarget>> join(int gossipPort) {
        int standard = gossipPort == 0 ? Configuration.GOSSIP_PORT : gossipPort;
        return new Syntax<>(
                "none, or HOST[:PORT], dns:NAME[:PORT] or multicast[:PORT] with commas between",
                text ->
                        text.equals(NONE)
                                ? Optional.of(List.of())
                                : list(text, item -> target(item, standard)));
    }

    /// Where others dial; port 0 stands for the one that will be bound.
    static Syntax<List<InetSocketAddress>> placeOf(int gossipPort) {
        return new Syntax<>(
                "gossip-address, or an address that others can dial, with :PORT behind it or not",
                text ->
                        text.equals(GOSSIP_ADDRESS)
                                ? Optional.of(List.of())
                                : place(text, gossipPort).map(List::of));
    }

    Optional<T> read(String text) {
        try {
            return reader.apply(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Optional<Integer> port(String text, int min) {
        return Optional.of(text)
                .filter(t -> t.matches("[0-9]{1,5}"))
                .map(Integer::valueOf)
                .filter(port -> port >= min && port <= 0xffff);
    }

    /// Reads an address without asking DNS; `127.1` and such, which the JDK takes, are no literals.
    static Optional<InetAddress> literal(String text) {
        boolean four = text.chars().filter(c -> c == '.').count() == 3;
        return four || text.indexOf(':') >= 0
                ? Optional.of(InetAddress.ofLiteral(text))
                : Optional.empty();
    }

    private static <E> Optional<List<E>> list(String text, Function<String, Optional<E>> item) {
        List<E> items = new ArrayList<>();
        for (String part : text.strip().split("\\s*,\\s*|\\s+", -1)) {
            Optional<E> read = item.apply(part);
            if (read.isEmpty()) {
                return Optional.empty();
            }
            items.add(read.get());
        }
        return Optional.of(List.copyOf(items));
    }

    private static boolean isUnbindable(InetAddress address) {
        return address.isAnyLocalAddress() || address.isMulticastAddress();
    }

    private static long distinctFamilies(List<InetAddress> addresses) {
        return addresses.stream().map(Object::getClass).distinct().count();
    }

    private static boolean isMeshHost(List<String> names) {
        return !names.getFirst().contains(".")
                && (names.size() == 1 || (names.size() == 2 && names.get(1).contains(".")));
    }

    private static Optional<String> hostPart(String text) {
        return Optional.of(new NodeName("x", text).host());
    }

    private static Optional<Duration> time(String text) {
        Matcher matcher = TIME_TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        Duration time =
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> throw new IllegalStateException("unit " + matcher.group(2));
                };
        return Optional.of(time)
                .filter(t -> t.compareTo(Duration.ofSeconds(1)) >= 0)
                .filter(t -> t.compareTo(Duration.ofHours(1)) <= 0);
    }

    private static Optional<List<InetSocketAddress>> loopback(String text) {
        Matcher matcher = HOST_PORT.matcher(text);
        if (!matcher.matches() || matcher.group(3) == null) {
            return Optional.empty();
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        return literal(host)
                .filter(InetAddress::isLoopbackAddress)
                .flatMap(a -> port(matcher.group(3), 0).map(p -> new InetSocketAddress(a, p)))
                .map(List::of);
    }

    private static Optional<InetSocketAddress> place(String text, int standardPort) {
        Optional<InetAddress> alone = text.startsWith("[") ? Optional.empty() : literalOnly(text);
        Matcher matcher = HOST_PORT.matcher(text);
        if (alone.isPresent() || !matcher.matches()) {
            return alone.map(address -> new InetSocketAddress(address, standardPort));
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        Optional<Integer> port =
                matcher.group(3) == null ? Optional.of(standardPort) : port(matcher.group(3), 1);
        return literal(host)
                .filter(address -> !isUnbindable(address))
                .flatMap(address -> port.map(p -> new InetSocketAddress(address, p)));
    }

    /// An IPv6 address needs no brackets where no port follows.
    private static Optional<InetAddress> literalOnly(String text) {
        try {
            return literal(text).filter(address -> !isUnbindable(address));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private static Optional<JoinTarget> target(String text, int standardPort) {
        boolean dns = text.startsWith("dns:");
        Matcher matcher = HOST_PORT.matcher(dns ? text.substring(4) : text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        if ("multicast".equals(matcher.group(2)) && !dns) { // no host can be called that
            return matcher.group(3) == null
                    ? Optional.of(new JoinTarget.Multicast(Configuration.BEACON_PORT))
                    : port(matcher.group(3), 1).map(JoinTarget.Multicast::new);
        }
        Optional<Integer> port =
                matcher.group(3) == null ? Optional.of(standardPort) : port(matcher.group(3), 1);
        if (matcher.group(1) != null) {
            return dns ? Optional.empty() : port.flatMap(p -> peer(matcher.group(1), p));
        }
        String name = hostPart(matcher.group(2)).orElseThrow();
        return port.map(p -> dns ? new JoinTarget.DnsName(name, p) : new JoinTarget.Peer(name, p));
    }

    private static Optional<JoinTarget> peer(String literal, int port) {
        return literal(literal).map(a -> new JoinTarget.Peer(a.getHostAddress(), port));
    }

    private static Optional<StaticPort> rule(String text) {
        int equals = text.lastIndexOf('=');
        Glob glob = Glob.parse(equals < 0 ? "*" : text.substring(0, equals));
        return port(text.substring(equals + 1), 1).map(port -> new StaticPort(glob, port));
    }
}
