package io.epmesh.node.doctor;

import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.JoinTarget;
import io.epmesh.node.config.Operator;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.Status.PeerRef;
import io.epmesh.node.naming.Status.Told;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Examines this host: what its peer was told, whether it runs, and how it stands to the others.
/// One thread.
final class HostExamination {
    /// Clocks that follow time servers are much closer.
    private static final Duration SKEW = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final Network network;
    private final List<Finding> findings = new ArrayList<>();

    /// @param configuration what the peer is told
    HostExamination(Configuration configuration, Network network) {
        this.configuration = configuration;
        this.network = network;
    }

    List<Finding> run() {
        names();
        dataDirectory();
        operatorFile();
        key();
        AtPort answer = network.atPort(configuration.epmd().port());
        epmdPort(answer);
        if (answer instanceof AtPort.Peer peer) {
            exposure(peer);
            reach(peer);
            agreement(peer);
            clocks(peer.status());
            namespaces();
        }
        return List.copyOf(findings);
    }

    private void epmdPort(AtPort answer) {
        String step = "epmd port";
        int port = configuration.epmd().port();
        switch (answer) {
            case AtPort.Peer _ -> well(step, "a peer answers at " + port);
            case AtPort.Epmd(int names) ->
                    wrong(
                            step,
                            "a C epmd with %d names has port %d".formatted(names, port),
                            "start the peer by 'epmesh takeover', which keeps the names; stop"
                                    + " epmd.socket first where systemd has it");
            case AtPort.Stranger() ->
                    wrong(
                            step,
                            "what has port %d is no epmd".formatted(port),
                            "see which program it is ('ss -ltnp sport = :%d') and end it"
                                    .formatted(port));
            case AtPort.Nothing(String reason) ->
                    wrong(
                            step,
                            "nothing answers at port %d: %s".formatted(port, reason),
                            "start the peer: 'systemctl start epmesh', or 'epmesh start'");
        }
    }

    /// Stock nodes elsewhere dial this host by the host part of a name.
    private void names() {
        String host = configuration.host().names().getFirst();
        List<InetAddress> addresses = network.resolve(host);
        if (addresses.isEmpty()) {
            wrong(
                    "host name",
                    "'%s' does not resolve".formatted(host),
                    "enter it in DNS or in the hosts file of all hosts, or give the name that"
                            + " nodes use as host-name");
        } else if (addresses.stream().noneMatch(network::isOwn)) {
            wrong(
                    "host name",
                    "'%s' is %s, which is no address of this host"
                            .formatted(host, addresses.getFirst().getHostAddress()),
                    "correct DNS or the hosts file; behind NAT give the outer address as"
                            + " advertise and ignore this");
        } else {
            well("host name", "'%s' is this host".formatted(host));
        }
    }

    private void dataDirectory() {
        Path directory = configuration.dataDir();
        if (!Files.isDirectory(directory)) {
            wrong(
                    "data-dir",
                    directory + " does not exist",
                    "a start makes it, where the user of the peer may");
        } else if (!Files.isWritable(directory)) {
            wrong(
                    "data-dir",
                    "this user cannot write " + directory,
                    "without it a restart loses names, and mappings are refused: chown it to the"
                            + " peer's user, or run this as that user");
        } else {
            well("data-dir", directory + " can be written");
        }
    }

    private void operatorFile() {
        Optional<Path> file = configuration.operatorFile();
        try {
            if (file.isPresent()) {
                var _ = Operator.read(file.get());
            }
            well("operator-file", file.map(f -> f + " holds a token").orElse("none is asked for"));
        } catch (IOException e) {
            wrong(
                    "operator-file",
                    String.valueOf(e.getMessage()),
                    "see 'Who may write' in the operating guide for how it is made");
        }
    }

    private void key() {
        Optional<Path> file = configuration.gossip().keyFile();
        if (file.isEmpty()) {
            return;
        }
        try {
            var _ = MeshKey.read(file.get());
            well("key-file", file.get() + " holds an identity");
        } catch (IOException e) {
            wrong(
                    "key-file",
                    String.valueOf(e.getMessage()),
                    "copy it from another host of the mesh, or make one: 'epmesh keys new FILE'");
            return;
        }
        for (JoinTarget target : configuration.gossip().join()) {
            if (target instanceof JoinTarget.Peer(String host, int port)) {
                seed(host, port, file.get());
            }
        }
    }

    private void seed(String host, int port, Path file) {
        String step = "join " + host;
        List<InetAddress> addresses = network.resolve(host);
        if (addresses.isEmpty()) {
            wrong(step, "'%s' does not resolve".formatted(host), "correct join, or DNS");
            return;
        }
        InetSocketAddress gossip = new InetSocketAddress(addresses.getFirst(), port);
        switch (network.greet(gossip, file)) {
            case SAME -> well(step, "has the same key");
            case OTHER ->
                    wrong(
                            step,
                            "has another key, or none",
                            "copy one key file to all hosts; for a new one follow 'Keys' in the"
                                    + " operating guide");
            case UNREACHABLE ->
                    wrong(
                            step,
                            "port %d of %s cannot be reached"
                                    .formatted(port, gossip.getAddress().getHostAddress()),
                            "start the peer there, or open its gossip port to this host");
        }
    }

    private void exposure(AtPort.Peer peer) {
        boolean everywhere = peer.value("epmd-address").equals("all");
        if (everywhere && peer.value("epmd-allow").equals("any")) {
            wrong(
                    "epmd-allow",
                    "whoever reaches this host may list its nodes",
                    "epmd-allow = peers, once all hosts of the cluster have a peer; else their"
                            + " network, as 10.0.0.0/8");
        } else {
            well("epmd-allow", "strangers may not list this host's nodes");
        }
    }

    private void reach(AtPort.Peer peer) {
        List<PeerEntry> others =
                peer.peers().stream()
                        .filter(each -> !each.self() && each.state() != PeerEntry.State.LEFT)
                        .toList();
        for (PeerEntry other : others) {
            reach(other);
        }
        boolean loopback =
                peer.peers().stream()
                        .filter(PeerEntry::self)
                        .flatMap(self -> self.advertise().stream())
                        .allMatch(HostExamination::isLoopback);
        if (others.stream().anyMatch(HostExamination::isElsewhere) && loopback) {
            wrong(
                    "advertise",
                    "other hosts are told a loopback address for this host's nodes",
                    "advertise = the address where they dial this host");
        }
    }

    private static boolean isElsewhere(PeerEntry peer) {
        return peer.advertise().stream().anyMatch(address -> !isLoopback(address));
    }

    private static boolean isLoopback(String literal) {
        return address(literal).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /// What another peer tells may be anything.
    private static Optional<InetAddress> address(String literal) {
        try {
            return Optional.of(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void reach(PeerEntry other) {
        String host = other.hosts().isEmpty() ? other.id() : other.hosts().getFirst();
        String step = "peer " + host;
        if (other.state() == PeerEntry.State.QUARANTINED) {
            wrong(step, "tells more than one peer may", "see 'Limits' of the gossip protocol");
            return;
        }
        Optional<InetSocketAddress> gossip = literal(other.gossipAddress());
        Optional<String> refusal = gossip.flatMap(network::connect);
        if (gossip.isEmpty()) {
            wrong(
                    step,
                    "tells no address at which it could be reached",
                    "correct gossip-advertise there");
        } else if (refusal.isPresent()) {
            wrong(
                    step,
                    "%s cannot be reached from here: %s"
                            .formatted(other.gossipAddress(), refusal.get()),
                    "if it runs: open its gossip port to this host, or correct gossip-advertise"
                            + " there; if it is gone for good: 'epmesh forget %s'"
                                    .formatted(other.id().substring(0, 8)));
        } else if (other.state() == PeerEntry.State.ORPHANED) {
            wrong(step, "is silent, though its port answers", "look at its log");
        } else {
            well(step, "is up, and reached at " + other.gossipAddress());
        }
    }

    /// A peer describes itself by an address literal and a port.
    private static Optional<InetSocketAddress> literal(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String port = text.substring(colon + 1);
        return address(text.substring(0, colon).replaceAll("[\\[\\]]", ""))
                .filter(_ -> port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535)
                .map(address -> new InetSocketAddress(address, Integer.parseInt(port)));
    }

    /// Where mappings were put by peers that did not know of each other, the later clock wins.
    private void clocks(Status status) {
        List<PeerRef> others =
                status.groups().stream()
                        .flatMap(group -> group.peers().stream())
                        .filter(it -> !it.id().equals(status.self()) && it.told().isPresent())
                        .toList();
        boolean well = true;
        for (PeerRef other : others) {
            Told told = other.told().orElseThrow();
            Duration sure = told.clockAhead().abs().minus(told.roundTrip().dividedBy(2));
            if (sure.compareTo(SKEW) > 0) {
                well = false;
                wrong(
                        "clock of " + other.name(),
                        "is %d ms %s that of this host, give or take %d ms"
                                .formatted(
                                        told.clockAhead().abs().toMillis(),
                                        told.clockAhead().isNegative() ? "behind" : "ahead of",
                                        told.roundTrip().toMillis() / 2 + 1),
                        "let both follow one time server: of mappings that were put on both sides"
                                + " of a partition the later clock wins, and cuts may end early or"
                                + " late");
            }
        }
        if (well && !others.isEmpty()) {
            well(
                    "clocks",
                    "those of all peers that tell are within %s s".formatted(SKEW.toSeconds()));
        }
    }

    /// A node with a network of its own does not find the peer at its loopback.
    private void namespaces() {
        List<Namespaces.Node> elsewhere = network.nodesElsewhere();
        List<String> unknown =
                elsewhere.stream()
                        .filter(it ->
                                it.name().isEmpty()
                                        || !network.isKnown(configuration.epmd().port(), it.name()))
                        .map(it ->
                                (it.name().isEmpty() ? "without a name" : it.name())
                                        + " (process "
                                        + it.process()
                                        + ")")
                        .toList();
        if (!unknown.isEmpty()) {
            wrong(
                    "networks",
                    "nodes of this host have a network of their own, as in containers, and no peer"
                            + " knows them: "
                            + String.join(", ", unknown),
                    "a stock node registers at its own loopback alone: run a peer in its network,"
                            + " or give it this one's; with epmesh_epmd it may register here:"
                            + " register-allow = its network, and EPMESH_PEER = an address of this"
                            + " host");
        } else if (!elsewhere.isEmpty()) {
            well("networks", "the nodes with a network of their own are known");
        }
    }

    private void agreement(AtPort.Peer peer) {
        if (peer.status().converged()) {
            well("agreement", "all peers know the same");
        } else {
            wrong(
                    "agreement",
                    "the peers do not know the same, or some are silent",
                    "'epmesh status' says which; a change takes a moment, so ask again");
        }
    }

    private void well(String step, String text) {
        findings.add(Finding.well(step, text));
    }

    private void wrong(String step, String text, String advice) {
        findings.add(Finding.wrong(step, text, advice));
    }
}
