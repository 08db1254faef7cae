package io.epmesh.node;

import io.epmesh.epmd.EpmdStatistics;
import io.epmesh.gossip.GossipStatistics;
import io.epmesh.gossip.jgroups.JGroupsNetwork;
import io.epmesh.node.cables.MeshCuts;
import io.epmesh.node.cables.PeerCables;
import io.epmesh.node.config.SoftwareVersion;
import io.epmesh.node.metrics.Exposition;
import io.epmesh.node.metrics.Exposition.MetricType;
import io.epmesh.node.metrics.ProcessMetrics;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Scope;
import io.epmesh.node.naming.Status;
import io.epmesh.relay.CableView;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// What a peer tells Prometheus; `docs/operating.md` lists it. Any thread.
final class PeerMetrics {
    /// Writing looks at all names several times: nothing for the threads that bring the figures,
    /// which are those of gossip and of the relay.
    private static final Executor WRITER = Thread.ofVirtual().name("metrics")::start;

    private final Sources sources;

    /// What is asked at each scrape.
    record Sources(
            Mesh mesh,
            MeshCuts cuts,
            Supplier<EpmdStatistics> epmd,
            Supplier<GossipStatistics> gossip,
            Supplier<Optional<JGroupsNetwork>> network,
            Supplier<Long> sessions) {}

    PeerMetrics(Sources sources) {
        this.sources = sources;
    }

    /// The text; it takes as long as the other peers take to tell their digests, at most a second.
    CompletionStage<String> text() {
        return sources.mesh()
                .status()
                .thenCombineAsync(
                        sources.cuts().ownCables(),
                        (status, cables) -> {
                            Exposition out = new Exposition();
                            build(out);
                            epmd(out, sources.epmd().get());
                            names(out, sources.mesh().names(Scope.MESH));
                            peers(out, sources.mesh().peers());
                            status(out, status);
                            gossip(out, sources.gossip().get());
                            sources.network().get().ifPresent(network -> network(out, network));
                            cables(out, cables);
                            out.metric("epmesh_sessions", MetricType.GAUGE, "Open mesh sessions.")
                                    .sample(sources.sessions().get());
                            ProcessMetrics.write(out);
                            return out.toString();
                        },
                        WRITER);
    }

    private static void build(Exposition out) {
        out.metric("epmesh_build_info", MetricType.GAUGE, "1, with the versions as labels.")
                .sample(1, "version", SoftwareVersion.text(), "java", Runtime.version().toString());
    }

    private static void epmd(Exposition out, EpmdStatistics epmd) {
        out.metric(
                        "epmesh_lookups_total",
                        MetricType.COUNTER,
                        "Look-ups on the EPMD port, by result.")
                .sample(epmd.lookupsFound(), "result", "found")
                .sample(epmd.lookupsMissing(), "result", "missing");
        out.metric(
                        "epmesh_epmd_connections_total",
                        MetricType.COUNTER,
                        "Connections that the EPMD port has accepted.")
                .sample(epmd.connections());
        out.metric("epmesh_epmd_replies_total", MetricType.COUNTER, "Replies of the EPMD port.")
                .sample(epmd.replies());
        out.metric(
                        "epmesh_epmd_closed_total",
                        MetricType.COUNTER,
                        "Connections that the EPMD port has closed on, by reason.")
                .sample(epmd.violations(), "reason", "protocol")
                .sample(epmd.notAllowed(), "reason", "not-allowed")
                .sample(epmd.timeouts(), "reason", "timeout")
                .sample(epmd.turnedAway(), "reason", "too-many");
        out.metric(
                        "epmesh_epmd_accept_failures_total",
                        MetricType.COUNTER,
                        "Accepts that failed, for want of file descriptors mostly.")
                .sample(epmd.acceptFailures());
    }

    private static void names(Exposition out, List<NodeEntry> names) {
        out.metric(
                "epmesh_names", MetricType.GAUGE, "Names that are answered, by source and state.");
        for (NodeEntry.Source source : NodeEntry.Source.values()) {
            for (NodeEntry.State state : NodeEntry.State.values()) {
                if (source == NodeEntry.Source.STATIC
                        || (source == NodeEntry.Source.MAPPING
                                && state == NodeEntry.State.ORPHANED)) {
                    continue; // there is none such
                }
                out.sample(
                        names.stream()
                                .filter(NodeEntry::winner)
                                .filter(it -> it.source() == source && it.state() == state)
                                .count(),
                        "source",
                        lower(source),
                        "state",
                        lower(state));
            }
        }
        out.metric("epmesh_conflicts", MetricType.GAUGE, "Names with more than one entry.")
                .sample(names.stream().filter(it -> it.winner() && it.conflicting()).count());
    }

    private static void peers(Exposition out, List<PeerEntry> peers) {
        out.metric(
                "epmesh_peers",
                MetricType.GAUGE,
                "Peers that this one knows, itself too, by state.");
        for (PeerEntry.State state : PeerEntry.State.values()) {
            out.sample(
                    peers.stream().filter(peer -> peer.state() == state).count(),
                    "state",
                    lower(state));
        }
        out.metric(
                        "epmesh_registrations",
                        MetricType.GAUGE,
                        "Nodes that are registered on this host.")
                .sample(peers.stream().filter(PeerEntry::self).mapToInt(PeerEntry::names).sum());
    }

    private static void status(Exposition out, Status status) {
        out.metric("epmesh_converged", MetricType.GAUGE, "1 if all peers know the same, else 0.")
                .sample(status.converged() ? 1 : 0);
        out.metric(
                        "epmesh_digest_groups",
                        MetricType.GAUGE,
                        "Groups of peers that know the same; 1 when converged.")
                .sample(status.groups().size());
        out.metric(
                        "epmesh_silent_peers",
                        MetricType.GAUGE,
                        "Living peers that did not tell their digest.")
                .sample(status.silent().size());
    }

    private static void gossip(Exposition out, GossipStatistics gossip) {
        out.metric(
                "epmesh_gossip_messages_total",
                MetricType.COUNTER,
                "Messages of gossip by type; one to all peers counts once.");
        traffic(out, gossip, GossipStatistics.Count::messages);
        out.metric("epmesh_gossip_bytes_total", MetricType.COUNTER, "Bytes of these messages.");
        traffic(out, gossip, GossipStatistics.Count::bytes);
        out.metric("epmesh_gossip_queue", MetricType.GAUGE, "What waits for the gossip thread.")
                .sample(gossip.queued());
        out.metric(
                        "epmesh_gossip_queue_dropped_total",
                        MetricType.COUNTER,
                        "Messages that were dropped as the queue was full.")
                .sample(gossip.dropped());
        out.metric(
                        "epmesh_stalls_total",
                        MetricType.COUNTER,
                        "How often gossip or the journal was at one thing for more than 5 s.")
                .sample(gossip.stalls());
        syncs(out, gossip.syncs());
    }

    private static void traffic(
            Exposition out,
            GossipStatistics gossip,
            ToLongFunction<GossipStatistics.Count> figure) {
        for (GossipStatistics.Count count : gossip.sent()) {
            out.sample(figure.applyAsLong(count), "way", "sent", "type", count.type());
        }
        for (GossipStatistics.Count count : gossip.received()) {
            out.sample(figure.applyAsLong(count), "way", "received", "type", count.type());
        }
    }

    private static void syncs(Exposition out, GossipStatistics.Timings syncs) {
        out.metric(
                "epmesh_journal_sync_seconds",
                MetricType.HISTOGRAM,
                "How long the disk took to make a write of mappings durable.");
        long sum = 0;
        for (GossipStatistics.Timings.Bucket bucket : syncs.buckets()) {
            sum += bucket.count();
            out.sample(
                    "_bucket",
                    sum,
                    "le",
                    bucket.bound().map(it -> Double.toString(it.toMillis() / 1e3)).orElse("+Inf"));
        }
        out.sample("_sum", syncs.sum().toNanos() / 1e9).sample("_count", sum);
    }

    private static void network(Exposition out, JGroupsNetwork network) {
        out.metric(
                        "epmesh_gossip_unsent_total",
                        MetricType.COUNTER,
                        "Messages that could not be handed to the network.")
                .sample(network.dropped());
        out.metric("epmesh_failed_joins_total", MetricType.COUNTER, "Attempts to join that failed.")
                .sample(network.failedJoins());
        out.metric(
                        "epmesh_strangers_refused_total",
                        MetricType.COUNTER,
                        "Connections and frames on the gossip port that were no peer's.")
                .sample(network.refused());
    }

    private void cables(Exposition out, PeerCables cables) {
        out.metric("epmesh_cables", MetricType.GAUGE, "Cables of this peer's relay, by state.");
        for (CableView.State state : CableView.State.values()) {
            out.sample(
                    cables.cables().stream().filter(cable -> cable.state() == state).count(),
                    "state",
                    lower(state));
        }
        out.metric(
                        "epmesh_cable_orders",
                        MetricType.GAUGE,
                        "Pairs of nodes that are cut or slowed.")
                .sample(sources.cuts().orders().size());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
