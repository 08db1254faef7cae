package io.epmesh.node.cli;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import io.epmesh.node.config.Syntax;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host and a port, as `HOST:PORT`, `[ADDRESS]:PORT`, or with one of them left out.
///
/// @param host name or address literal, if given
/// @param port 1..65535, if given
record PeerAddress(Optional<String> host, Optional<Integer> port) {
    private static final Pattern HOST_PORT =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)\\]|([^\\s:\\[\\]@]+))(?::([0-9]{1,5}))?");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

    /// Reads `[HOST:]PORT`.
    static Optional<PeerAddress> parsePort(String text) {
        if (PORT.matcher(text).matches()) {
            return checked(Optional.empty(), text);
        }
        return parseHost(text).filter(address -> address.port().isPresent());
    }

    /// Reads `HOST[:PORT]`.
    static Optional<PeerAddress> parseHost(String text) {
        Matcher matcher = HOST_PORT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        return matcher.group(3) == null
                ? Optional.of(new PeerAddress(Optional.of(host), Optional.empty()))
                : checked(Optional.of(host), matcher.group(3));
    }

    /// Finds the peer to ask: `EPMESH_PEER`, else loopback at `epmd-port`.
    static PeerAddress ofPeer(Sources sources, Map<String, String> environment)
            throws ConfigurationException {
        String text = environment.get("EPMESH_PEER");
        Optional<PeerAddress> given = Optional.empty();
        if (text != null) {
            given = parseHost(text);
            if (given.isEmpty()) {
                throw new ConfigurationException(
                        "EPMESH_PEER: '%s' (expected: HOST[:PORT], port 1..65535)".formatted(text));
            }
        }
        Optional<Integer> port = given.flatMap(PeerAddress::port);
        if (port.isEmpty()) {
            int configured =
                    sources.value(
                            Key.EPMD_PORT,
                            Integer.toString(Configuration.EPMD_PORT),
                            Syntax.LISTEN_PORT);
            if (configured == 0) {
                throw new ConfigurationException("epmd-port: 0 (expected: 1..65535 to ask a peer)");
            }
            port = Optional.of(configured);
        }
        return new PeerAddress(given.flatMap(PeerAddress::host), port);
    }

    private static Optional<PeerAddress> checked(Optional<String> host, String port) {
        return Optional.of(Integer.valueOf(port))
                .filter(number -> number >= 1 && number <= 0xffff)
                .map(number -> new PeerAddress(host, Optional.of(number)));
    }
}
