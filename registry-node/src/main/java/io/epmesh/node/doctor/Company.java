package io.epmesh.node.doctor;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.JoinTarget;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.Status.PeerRef;
import io.epmesh.node.naming.Status.Told;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Examines how this host's peer stands to the others. One thread.
final class Company {
    /// Clocks that follow time servers are much closer.
    private static final Duration SKEW = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final Network network;
    private final Findings findings;

    /// @param configuration what the peer is told
    /// @param findings gets what is found
    Company(Configuration configuration, Network network, Findings findings) {
        this.configuration = configuration;
        this.network = network;
        this.findings = findings;
    }

    /// Whether those that `join` names would have this peer.
    void seeds() {
        Optional<Path> key = configuration.gossip().keyFile().filter(Files::isReadable);
        for (JoinTarget target : configuration.gossip().join()) {
            switch (target) {
                case JoinTarget.Peer(String host, int port) -> seed(host, port, key);
                case JoinTarget.DnsName(String name, int port) -> seed(name, port, key);
                case JoinTarget.Multicast _ -> {} // who answers is seen among the peers
            }
        }
    }

    private void seed(String host, int port, Optional<Path> key) {
        String step = "join " + host;
        List<InetAddress> addresses = network.resolve(host);
        if (addresses.isEmpty()) {
            wrong(step, "'%s' does not resolve".formatted(host), "correct join, or DNS");
            return;
        }
        InetSocketAddress gossip = new InetSocketAddress(addresses.getFirst(), port);
        if (key.isEmpty()) {
            if (network.connect(gossip).isEmpty()) {
                well(step, "is reached");
            } else {
                unreachable(step, gossip);
            }
            return;
        }
        switch (network.greet(gossip, key.get())) {
            case SAME -> well(step, "has the same key");
            case OTHER ->
                    wrong(
                            step,
                            "has another key",
                            "copy one key file to all hosts; for a new one follow 'Keys' in the"
                                    + " operating guide");
            case SILENT ->
                    wrong(
                            step,
                            "port %d of %s accepts, but answers nothing to this key"
                                    .formatted(port, gossip.getAddress().getHostAddress()),
                            "ask again, for the peer there may be busy; if it stays so it has no"
                                    + " key-file, or hangs: 'epmesh doctor' there");
            case UNREACHABLE -> unreachable(step, gossip);
        }
    }

    private void unreachable(String step, InetSocketAddress gossip) {
        wrong(
                step,
                "port %d of %s cannot be reached"
                        .formatted(gossip.getPort(), gossip.getAddress().getHostAddress()),
                "start the peer there, or open its gossip port to this host");
    }

    /// @param peer of this host
    void run(AtPort.Peer peer) {
        List<PeerEntry> others =
                peer.peers().stream()
                        .filter(each -> !each.self() && each.state() != PeerEntry.State.LEFT)
                        .toList();
        others.forEach(this::reach);
        peer.peers().stream()
                .filter(PeerEntry::self)
                .forEach(self -> told(self, others.stream().anyMatch(Company::isElsewhere)));
        if (others.isEmpty()) {
            alone();
        } else {
            agreement(peer.status());
            clocks(peer.status());
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
            wrong(
                    step,
                    "is silent, though its port answers",
                    "'epmesh doctor' there says whether it reaches this host's gossip port; else it"
                            + " hangs: look at its log");
        } else {
            well(step, "is up, and reached at " + other.gossipAddress());
        }
    }

    /// What others are told of this host.
    private void told(PeerEntry self, boolean isFarReaching) {
        if (isFarReaching && self.advertise().stream().allMatch(Company::isLoopback)) {
            wrong(
                    "advertise",
                    "other hosts are told a loopback address for this host's nodes",
                    "advertise = the address where they dial this host");
        }
        for (String address : self.advertise()) {
            address(address)
                    .map(it -> new InetSocketAddress(it, self.epmdPort()))
                    .ifPresent(it -> told("advertise", "nodes of this host", it));
        }
        literal(self.gossipAddress())
                .ifPresent(it -> told("gossip-advertise", "this host's peer", it));
    }

    /// Behind NAT an address of another host may be the right one.
    private void told(String step, String who, InetSocketAddress at) {
        Optional<String> refusal =
                network.isOwn(at.getAddress()) ? Optional.empty() : network.connect(at);
        refusal.ifPresent(reason ->
                wrong(
                        step,
                        "others are told to dial %s at %s, which is no address of this host, and"
                                        .formatted(who, at.getAddress().getHostAddress())
                                + " port %d there does not answer: %s"
                                        .formatted(at.getPort(), reason),
                        "correct %s; where it is an outer address that cannot be reached from"
                                        .formatted(step)
                                + " within, ignore this"));
    }

    private void alone() {
        boolean hasSeeds =
                configuration.gossip().join().stream()
                        .anyMatch(target ->
                                switch (target) {
                                    case JoinTarget.Peer(String host, int _) -> isElsewhere(host);
                                    case JoinTarget.DnsName(String name, int _) ->
                                            isElsewhere(name);
                                    case JoinTarget.Multicast _ -> true;
                                });
        if (hasSeeds) {
            wrong(
                    "peers",
                    "no other peer has been met, though join asks for some",
                    "it takes some seconds after a start; if join is well above: mesh-name and"
                            + " key-file must be the same on all hosts, and this host's gossip port"
                            + " open to them");
        } else {
            well("peers", "there is none but this one, and join names no other host");
        }
    }

    private boolean isElsewhere(String host) {
        return network.resolve(host).stream().noneMatch(network::isOwn);
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

    private void agreement(Status status) {
        if (status.converged()) {
            well("agreement", "all peers that are up know the same");
        } else {
            wrong(
                    "agreement",
                    "the peers do not know the same, or some are silent",
                    "'epmesh status' says which; a change takes a moment, so ask again");
        }
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

    private void well(String step, String text) {
        findings.well(step, text);
    }

    private void wrong(String step, String text, String advice) {
        findings.wrong(step, text, advice);
    }
}
