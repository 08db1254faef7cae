package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import java.util.List;
import java.util.Optional;

/// What a peer says of itself: the value under the one key of kind [#KIND].
///
/// ```
/// | epmdPort 16 | version | gossipAddress | hosts: count 16, texts | advertise: the same |
/// | relayPort 16, absent where there is none |
/// ```
///
/// with texts as length 16 and UTF-8.
///
/// @param epmdPort of its EPMD server, 1..65535
/// @param version of its software
/// @param gossipAddress `host:port`
/// @param hosts host parts of its nodes, the first one canonical
/// @param advertise where its nodes are dialled: address literals, at least one
/// @param relayPort of its relay's tunnel, at the host of `gossipAddress`; 0: it has none
public record PeerDescription(
        int epmdPort,
        String version,
        String gossipAddress,
        List<String> hosts,
        List<String> advertise,
        int relayPort) {
    /// Kind of the key.
    public static final int KIND = 2;

    /// The key.
    public static final Key KEY = new Key(KIND, Bytes.EMPTY);

    /// Checks that there is a host name and an address.
    public PeerDescription {
        hosts = List.copyOf(hosts);
        advertise = List.copyOf(advertise);
        if (hosts.isEmpty() || advertise.isEmpty()) {
            throw new IllegalArgumentException(
                    "hosts: %s, advertise: %s (expected: at least one of each)"
                            .formatted(hosts, advertise));
        }
    }

    /// Of a peer without a relay.
    ///
    /// @param epmdPort of its EPMD server, 1..65535
    /// @param version of its software
    /// @param gossipAddress `host:port`
    /// @param hosts host parts of its nodes, the first one canonical
    /// @param advertise where its nodes are dialled: address literals, at least one
    public PeerDescription(
            int epmdPort,
            String version,
            String gossipAddress,
            List<String> hosts,
            List<String> advertise) {
        this(epmdPort, version, gossipAddress, hosts, advertise, 0);
    }

    /// {@return the same with another EPMD port}
    ///
    /// @param port 1..65535
    public PeerDescription withEpmdPort(int port) {
        return new PeerDescription(port, version, gossipAddress, hosts, advertise, relayPort);
    }

    /// {@return the same with a relay}
    ///
    /// @param port of its tunnel, 1..65535
    public PeerDescription withRelayPort(int port) {
        return new PeerDescription(epmdPort, version, gossipAddress, hosts, advertise, port);
    }

    /// {@return the address literal at which other peers reach this one}
    public String gossipHost() {
        return gossipAddress.replaceFirst("^\\[?(.*?)\\]?:[0-9]+$", "$1");
    }

    /// {@return the same with another place of its gossip}
    ///
    /// @param address `host:port`
    public PeerDescription withGossipAddress(String address) {
        return new PeerDescription(epmdPort, version, address, hosts, advertise, relayPort);
    }

    /// {@return the value}
    public Bytes encode() {
        ValueWriter out =
                new ValueWriter()
                        .u16(epmdPort)
                        .text(version)
                        .text(gossipAddress)
                        .texts(hosts)
                        .texts(advertise);
        return (relayPort == 0 ? out : out.u16(relayPort)).toBytes();
    }

    /// {@return the description, if it is one that this version can read}
    ///
    /// @param value the value under [#KEY]
    public static Optional<PeerDescription> decode(Bytes value) {
        return ValueReader.read(
                value,
                in ->
                        new PeerDescription(
                                in.u16(),
                                in.text(),
                                in.text(),
                                in.texts(),
                                in.texts(),
                                in.hasMore() ? in.u16() : 0));
    }
}
