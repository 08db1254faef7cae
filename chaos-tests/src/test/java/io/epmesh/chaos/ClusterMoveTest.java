package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A cluster of Erlang nodes that moves from the C epmd to peers, one host after the other, while
/// its nodes look each other up all the time, and run on.
final class ClusterMoveTest {
    private static final int HOSTS = 3;

    @Test
    void cluster_movesHostByHost_noLookupFails() throws Exception {
        try (Hosts hosts = Hosts.start(HOSTS)) {
            startEpmds(hosts);
            List<ErlangNode> nodes = startNodes(hosts);
            List<String> names = nodes.stream().map(ErlangNode::fullName).toList();
            for (ErlangNode node : nodes) {
                assertThat(nodes).allSatisfy(each -> node.reaches(each.fullName()));
                assertThat(node.eval(looker(names))).isEqualTo("true");
            }
            for (Host host : hosts.all()) {
                move(hosts, host);
                checkNewNodeReachesAll(host, nodes);
            }
            int lookups = 0;
            for (ErlangNode node : nodes) {
                lookups += lookupsOf(node);
                assertThat(node.eval("length(nodes()).")).isEqualTo("" + (nodes.size() - 1));
            }
            System.out.printf(
                    "cluster of %d nodes moved, host by host: %d look-ups, none failed%n",
                    nodes.size(), lookups);
            assertThat(lookups).isGreaterThan(HOSTS * nodes.size());
        }
    }

    @Test
    void rabbitMq_movesHostByHost_noLookupFails() throws Exception {
        RabbitMq.assumeThere();
        try (Hosts hosts = Hosts.start(HOSTS)) {
            startEpmds(hosts);
            List<RabbitMq> brokers = new ArrayList<>();
            for (Host host : hosts.all()) {
                brokers.add(RabbitMq.launch(host));
            }
            brokers.forEach(RabbitMq::awaitStart);
            RabbitMq first = brokers.getFirst();
            for (RabbitMq broker : brokers.subList(1, HOSTS)) {
                broker.ctl("stop_app");
                broker.ctl("join_cluster", first.fullName());
                broker.ctl("start_app");
            }
            List<ErlangNode> nodes = new ArrayList<>();
            for (Host host : hosts.all()) {
                nodes.add(ErlangNode.start(host, "a", 9101, "-hidden"));
            }
            List<String> all = new ArrayList<>(nodes.stream().map(ErlangNode::fullName).toList());
            all.addAll(brokers.stream().map(RabbitMq::fullName).toList());
            for (ErlangNode node : nodes) {
                assertThat(node.eval(looker(all))).isEqualTo("true");
            }
            for (Host host : hosts.all()) {
                move(hosts, host);
                for (RabbitMq broker : brokers) {
                    assertThat(broker.process().isAlive()).isTrue();
                    assertThat(broker.ctl("eval", "length(rabbit_nodes:all_running())."))
                            .startsWith("" + HOSTS);
                }
            }
            int lookups = 0;
            for (ErlangNode node : nodes) {
                lookups += lookupsOf(node);
            }
            System.out.printf(
                    "RabbitMQ cluster moved, host by host: %d look-ups, none failed%n", lookups);
            assertThat(lookups).isGreaterThan(HOSTS * all.size());
        }
    }

    private static void startEpmds(Hosts hosts) throws Exception {
        for (Host host : hosts.all()) {
            host.process("epmd").redirectError(ProcessBuilder.Redirect.DISCARD).start();
            Await.within(Mesh.SETTLED, () -> host.epmdOf("127.0.0.1").names());
        }
    }

    /// Ends its look-ups, none of which may have failed.
    private static int lookupsOf(ErlangNode node) throws Exception {
        String outcome = node.eval("looker ! {stop, self()}, receive Outcome -> Outcome end.");
        assertThat(outcome).as("look-ups of %s", node.fullName()).matches("\\{\\d+,\\[]}");
        return Integer.parseInt(outcome.replaceAll("\\D", ""));
    }

    private static List<ErlangNode> startNodes(Hosts hosts) throws Exception {
        List<ErlangNode> nodes = new ArrayList<>();
        for (Host host : hosts.all()) {
            nodes.add(ErlangNode.launch(host, "a", 9101));
            nodes.add(ErlangNode.launch(host, "b", 9102));
        }
        for (ErlangNode node : nodes) {
            node.awaitStart();
        }
        return nodes;
    }

    /// Looks all nodes up by `erl_epmd`, as a node does that connects, until it is told to end.
    private static String looker(List<String> nodes) {
        List<String> tuples = new ArrayList<>();
        for (String node : nodes) {
            String[] parts = node.split("@", 2);
            tuples.add("{'%s',\"%s\",\"%s\"}".formatted(node, parts[0], parts[1]));
        }
        return """
        register(looker, spawn(fun() ->
            (fun Next(Count, Failed) ->
                receive
                    {stop, From} -> From ! {Count, Failed}
                after 1 ->
                    Answers = [{Node, erl_epmd:port_please(Name, Host)}
                               || {Node, Name, Host} <- %s],
                    Next(Count + length(Answers),
                         [Bad || {_, Answer} = Bad <- Answers,
                                 not (is_tuple(Answer) andalso element(1, Answer) =:= port)]
                         ++ Failed)
                end
            end)(0, [])
        end)).
        """
                .formatted(tuples)
                .replaceAll("\\s*\n\\s*", " ");
    }

    private static void move(Hosts hosts, Host host) throws Exception {
        Host first = hosts.host(1);
        String mesh =
                host.equals(first)
                        ? "gossip-address = " + host.address()
                        : "join = " + first.name();
        Peer peer = Peer.start(host, mesh + "\ntakeover = true");
        peer.awaitHttp();
        assertThat(peer.log()).contains("adopted 2 of 2");
        Await.within(
                Mesh.SETTLED,
                () ->
                        assertThat(host.api("names?scope=local").having("node"))
                                .hasSize(2)
                                .allSatisfy(
                                        name -> assertThat(name.text("source")).isEqualTo("live")));
    }

    private static void checkNewNodeReachesAll(Host host, List<ErlangNode> nodes) throws Exception {
        try (ErlangNode fresh = ErlangNode.start(host, "fresh", 9103, "-hidden")) {
            for (ErlangNode node : nodes) {
                assertThat(fresh.reaches(node.fullName())).as(node.fullName()).isTrue();
            }
        }
    }
}
