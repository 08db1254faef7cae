package io.epmesh.node.cli;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Setting;
import io.epmesh.node.config.Sources;
import io.epmesh.node.doctor.Doctor;
import io.epmesh.node.doctor.Finding;
import io.epmesh.node.doctor.FindingJson;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.session.MeshClient;
import io.epmesh.node.session.MeshClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

final class DoctorCommand implements Command {
    private final PeerOptions peer;
    private @Nullable String node;

    DoctorCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    @Override
    public Usage usage() {
        return peer.usage("Says what is wrong with this host's peer, or with the way to a node.")
                .optionalOperand(
                        "NODE",
                        "full name of the node that cannot be reached",
                        text -> node = text);
    }

    @Override
    public int run() throws IOException {
        List<Finding> findings = examine();
        switch (peer.format) {
            case JSON -> peer.json(out -> FindingJson.write(out, findings));
            case TABLE -> findings.forEach(this::print);
        }
        return findings.stream().allMatch(Finding::isWell) ? ExitCode.OK : ExitCode.NO;
    }

    private List<Finding> examine() {
        try {
            return node == null ? host() : node(Arguments.node(node));
        } catch (ConfigurationException e) {
            return Doctor.host(e);
        }
    }

    private void print(Finding finding) {
        peer.terminal()
                .out()
                .println(
                        Table.printable(
                                "%-5s %s: %s"
                                        .formatted(
                                                finding.isWell() ? "ok" : "WRONG",
                                                finding.step(),
                                                finding.text())));
        if (!finding.isWell()) {
            peer.terminal().out().println("      -> " + Table.printable(finding.advice()));
        }
    }

    private List<Finding> node(NodeName name) throws ConfigurationException {
        return Doctor.node(name, port(peer.sources()));
    }

    private List<Finding> host() throws ConfigurationException {
        Sources own = peer.sources();
        Optional<Sources> told = ofPeer(port(own));
        HostFacts facts = HostFacts.read(peer.terminal().environment());
        if (told.isEmpty()) {
            Configuration next = Configuration.of(own, facts);
            return Doctor.host(next, next.settings());
        }
        Configuration running = Configuration.of(told.get(), facts);
        try {
            return Doctor.host(running, Configuration.of(own, facts).settings());
        } catch (ConfigurationException e) {
            List<Finding> findings = new ArrayList<>(Doctor.host(e));
            findings.addAll(Doctor.host(running, List.of()));
            return findings;
        }
    }

    private int port(Sources sources) throws ConfigurationException {
        return PeerAddress.ofPeer(sources, Map.of()).port().orElseThrow();
    }

    /// What the peer that runs was told counts more than what the next one would be.
    private static Optional<Sources> ofPeer(int port) throws ConfigurationException {
        Map<Key, String> told = new EnumMap<>(Key.class);
        try (MeshClient client = MeshClient.connect("127.0.0.1", port, MeshClient.TIMEOUT)) {
            for (Setting setting : client.settings()) {
                Key.of(setting.key()).ifPresent(key -> told.put(key, setting.value()));
            }
        } catch (MeshClientException noPeer) {
            return Optional.empty(); // which the examination will say
        }
        return Optional.of(Sources.read(told, Optional.empty(), Map.of()));
    }
}
