package io.epmesh.node;

import static io.epmesh.node.Nodes.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.Identity;
import io.epmesh.gossip.Network;
import io.epmesh.gossip.WriteOutcome;
import io.epmesh.node.naming.NodeMapping;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.PeerDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A mesh of one, over a network that reaches nobody.
class ReplicationTest {
    private static final NodeName MAPPED = NodeName.parse("d@elsewhere");

    private final LocalNodes nodes =
            new LocalNodes(new PeerDescription(4369, "1", "", List.of("h1"), List.of("10.0.0.1")));
    private final Map<Identity, FakeNetwork> networks = new ConcurrentHashMap<>();
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private Optional<Replication> open = Optional.empty();

    /// Told of each network that is made, between two identities too.
    private volatile Runnable made = () -> {};

    @TempDir private Path temp;

    @AfterEach
    void close() {
        open.ifPresent(Replication::close);
        assertThat(bugs).isEmpty();
    }

    @Test
    void publish_isOfThisHostAlone_untilStarted() throws Exception {
        Replication replication = open(temp);
        replication.publish();

        assertThat(replication.table().description(replication.identity().peer())).isPresent();
        assertThat(network(replication).calls).isEmpty();
        replication.start();
        assertThat(network(replication).calls).contains("start");
    }

    @Test
    void ownChanged_isInTheTable() throws Exception {
        Replication replication = open(temp);
        replication.start();
        nodes.registered(node(1, "a", 9001));
        replication.running().ownChanged();

        Await.until("a is published", () -> isKnown(replication, "a@h1"));
    }

    @Test
    void mapping_acknowledged_isThereAfterARestart() throws Exception {
        Replication first = open(temp);
        first.start();
        put(first);
        first.close();

        Replication second = open(temp);
        second.publish();
        assertThat(isKnown(second, "d@elsewhere")).isTrue();
        assertThat(network(first).isClosed()).isTrue();
    }

    @Test
    void mapping_withoutDirectory_isRefused() throws Exception {
        Replication replication = open(Files.writeString(temp.resolve("file"), ""));
        replication.start();

        assertThat(write(replication)).isInstanceOf(WriteOutcome.Refused.class);
    }

    @Test
    void identityTaken_goesOnUnderANewOneWithAllThatIsHere() throws Exception {
        Replication replication = open(temp);
        replication.start();
        put(replication);
        Identity first = replication.identity();
        FakeNetwork firstNetwork = network(replication);

        replication.identityTaken();
        nodes.registered(node(1, "a", 9001)); // while it changes
        replication.running().ownChanged();

        Await.until("a new identity", () -> !replication.identity().peer().equals(first.peer()));
        Await.until("the mapping is kept", () -> isKnown(replication, "d@elsewhere"));
        Await.until("the node is published", () -> isKnown(replication, "a@h1"));
        Await.until("the new network", () -> network(replication).calls.contains("start"));
        assertThat(replication.table().snapshot().self()).isEqualTo(replication.identity().peer());
        assertThat(replication.table().snapshot().owners()).hasSize(1);
        assertThat(firstNetwork.isClosed()).isTrue();
        Await.until(
                "mappings are written again",
                () -> write(replication) instanceof WriteOutcome.Done);
    }

    /// Between the two there was an empty table, of which a look-up of a short name failed.
    @Test
    void identityTaken_answersAllTheWhile() throws Exception {
        Replication replication = open(temp);
        replication.start();
        put(replication);
        Identity first = replication.identity();
        List<Boolean> known = new CopyOnWriteArrayList<>();
        made = () -> known.add(isKnown(replication, "d@elsewhere"));

        replication.identityTaken();

        Await.until("a new identity", () -> !replication.identity().peer().equals(first.peer()));
        Await.until("the new network", () -> network(replication).calls.contains("start"));
        assertThat(known).containsExactly(true);
    }

    @Test
    void identityTaken_withoutDirectory_goesOnToo() throws Exception {
        Replication replication = open(Files.writeString(temp.resolve("file"), ""));
        replication.start();
        Identity first = replication.identity();

        replication.identityTaken();

        Await.until("a new identity", () -> !replication.identity().peer().equals(first.peer()));
        Await.until("the new network", () -> network(replication).calls.contains("start"));
    }

    @Test
    void close_neverStarted_freesTheDirectory() throws Exception {
        open(temp).close();

        assertThat(open(temp).identity().persistent()).isTrue();
    }

    private Replication open(Path directory) throws Exception {
        Replication replication = new Replication(directory, nodes, this::network, bugs::add);
        open = Optional.of(replication);
        return replication;
    }

    private Network network(Identity identity) {
        made.run();
        return networks.computeIfAbsent(identity, _ -> new FakeNetwork());
    }

    private FakeNetwork network(Replication replication) {
        FakeNetwork made = networks.get(replication.identity());
        return made == null ? new FakeNetwork() : made;
    }

    private static boolean isKnown(Replication replication, String node) {
        return replication.table().lookup(NodeName.parse(node)).isPresent();
    }

    private static void put(Replication replication) {
        assertThat(write(replication)).isEqualTo(new WriteOutcome.Done());
    }

    private static WriteOutcome write(Replication replication) {
        NodeMapping mapping = new NodeMapping(MAPPED, 8001, "10.0.0.9", Optional.empty(), "h1");
        return replication
                .running()
                .put(NodeMapping.key(MAPPED), mapping.encode())
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
