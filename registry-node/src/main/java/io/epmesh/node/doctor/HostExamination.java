package io.epmesh.node.doctor;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.PeerEntry;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Examines this host: what its peer was told, whether it runs, and how it stands to the others.
/// One thread.
final class HostExamination {
    private final Configuration configuration;
    private final List<Setting> next;
    private final Network network;
    private final Findings findings = new Findings();

    /// @param configuration what the peer is told
    /// @param next what a start would be told now
    HostExamination(Configuration configuration, List<Setting> next, Network network) {
        this.configuration = configuration;
        this.next = List.copyOf(next);
        this.network = network;
    }

    List<Finding> run() {
        AtPort answer = network.atPort(configuration.epmd().port());
        Company company = new Company(configuration, network, findings);
        settings();
        names();
        new HostFiles(configuration, id(answer), findings).run();
        company.seeds();
        epmdPort(answer);
        if (answer instanceof AtPort.Peer peer) {
            exposure(peer);
            company.run(peer);
            namespaces();
        }
        return findings.all();
    }

    /// A configuration that was changed since the peer started, or a peer that somebody started
    /// without it.
    private void settings() {
        Map<String, String> told =
                configuration.settings().stream()
                        .collect(Collectors.toMap(Setting::key, Setting::value));
        for (Setting setting : next) {
            String now = told.getOrDefault(setting.key(), setting.value());
            if (!setting.origin().equals("default") && !setting.value().equals(now)) {
                wrong(
                        "configuration",
                        "%s is '%s' in %s, and '%s' for the peer that runs"
                                .formatted(setting.key(), setting.value(), setting.origin(), now),
                        "restart it, unless flags or environment tell it so: 'systemctl restart"
                                + " epmesh'; 'epmesh leave' ends one that was started otherwise");
            }
        }
    }

    private static Optional<String> id(AtPort answer) {
        return answer instanceof AtPort.Peer peer
                ? peer.peers().stream().filter(PeerEntry::self).findFirst().map(PeerEntry::id)
                : Optional.empty();
    }

    private void epmdPort(AtPort answer) {
        String step = "epmd port";
        int port = configuration.epmd().port();
        switch (answer) {
            case AtPort.Peer _ -> well(step, "a peer answers at " + port);
            case AtPort.Epmd(int names) ->
                    wrong(
                            step,
                            "a C epmd has port %d, with %d registered".formatted(port, names),
                            "start the peer by 'epmesh takeover', which keeps the names; stop"
                                    + " epmd.socket first where systemd has it");
            case AtPort.Unclear(String reason) ->
                    wrong(
                            step,
                            "port %d answers as epmd, but the peer there tells no more: %s"
                                    .formatted(port, reason),
                            "it is very busy, or hangs: ask again, and look at its log");
            case AtPort.Stranger() ->
                    wrong(
                            step,
                            "port %d accepts, but what has it does not answer as epmd"
                                    .formatted(port),
                            "see which program it is ('ss -ltnp sport = :%d') and end it; if it is"
                                            .formatted(port)
                                    + " systemd, for epmesh.socket: 'systemctl status epmesh' says"
                                    + " why no peer runs behind it");
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
        Configuration.Gossip gossip = configuration.gossip();
        if (gossip.keyFile().isEmpty() && !gossip.address().isLoopbackAddress()) {
            wrong(
                    "insecure-gossip",
                    "whoever reaches port %d may read and change what the mesh knows"
                            .formatted(gossip.port()),
                    "make a key by 'epmesh keys new FILE', and give it to all hosts as key-file");
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

    private void well(String step, String text) {
        findings.well(step, text);
    }

    private void wrong(String step, String text, String advice) {
        findings.wrong(step, text, advice);
    }
}
