package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.Network;
import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// A peer that writes down what its network tells, and waits for it for two minutes at most.
/// Guarded by itself.
final class TestPeer implements Network.Listener, AutoCloseable {
    private static final long AWAIT_SECONDS = 120;

    final PeerId id;
    final JGroupsNetwork network;
    private final List<String> received = new ArrayList<>();
    private final List<PeerId> suspected = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private Set<PeerId> members = Set.of();
    private int watchedFrom;
    private long lastReceived = System.nanoTime();
    private long longestGap;

    private TestPeer(JGroupsSettings settings) {
        id = settings.self();
        network = new JGroupsNetwork(settings, _ -> {}, _ -> {});
        network.start(this);
    }

    static TestPeer start(JGroupsSettings settings) {
        return new TestPeer(settings);
    }

    static TestPeer start(int number, InetSocketAddress... seeds) {
        return start(settings("test", number, InetAddress.getLoopbackAddress(), 0, seeds));
    }

    static JGroupsSettings settings(
            String mesh, int number, InetAddress bind, int port, InetSocketAddress... seeds) {
        return settings(mesh, number, bind, port, List.of(seeds), Optional.empty());
    }

    static JGroupsSettings settings(
            String mesh,
            int number,
            InetAddress bind,
            int port,
            List<InetSocketAddress> seeds,
            Optional<Path> key) {
        return new JGroupsSettings(
                mesh,
                new PeerId(number, number),
                1,
                new JGroupsSettings.Place(bind, port, Optional.empty()),
                seeds(seeds),
                key);
    }

    static JGroupsSettings.Seeds seeds(List<InetSocketAddress> seeds) {
        return new JGroupsSettings.Seeds(() -> seeds, OptionalInt.empty(), Optional.empty());
    }

    /// From here on [#eventsSinceWatch] and [#longestGap] count.
    synchronized void beginToWatch() {
        watchedFrom = events.size();
        lastReceived = System.nanoTime();
        longestGap = 0;
    }

    /// Views and suspicions that were told since.
    synchronized List<String> eventsSinceWatch() {
        return List.copyOf(events.subList(watchedFrom, events.size()));
    }

    /// The longest time since without a message.
    synchronized Duration longestGap() {
        return Duration.ofNanos(longestGap);
    }

    @Override
    public synchronized void received(byte[] message) {
        long now = System.nanoTime();
        longestGap = Math.max(longestGap, now - lastReceived);
        lastReceived = now;
        received.add(new String(message, StandardCharsets.UTF_8));
        notifyAll();
    }

    @Override
    public synchronized void viewChanged(Set<PeerId> peers) {
        members = peers;
        events.add("members " + peers.size());
        notifyAll();
    }

    @Override
    public synchronized void suspected(PeerId peer) {
        suspected.add(peer);
        events.add("suspected");
        notifyAll();
    }

    /// Waits until it is a member of a view of as many.
    TestPeer awaitMembers(int count) throws InterruptedException, TimeoutException {
        await("view of " + count, peer -> peer.members.size() == count);
        return this;
    }

    /// Waits until a text has arrived, and lets it be sent again and again until then.
    void awaitReceived(String text, Runnable send) throws InterruptedException, TimeoutException {
        await(
                "message " + text,
                peer -> {
                    boolean arrived = peer.received.contains(text);
                    if (!arrived) {
                        send.run();
                    }
                    return arrived;
                });
    }

    void awaitSuspected(PeerId peer) throws InterruptedException, TimeoutException {
        await("suspicion of " + peer, it -> it.suspected.contains(peer));
    }

    void awaitFailedJoin() throws InterruptedException, TimeoutException {
        await("failed join", peer -> peer.network.failedJoins() > 0);
    }

    void awaitDropped(long count) throws InterruptedException, TimeoutException {
        await(count + " dropped", peer -> peer.network.dropped() == count);
    }

    /// Waits until it listens, and says where.
    InetSocketAddress address() throws InterruptedException, TimeoutException {
        await("address", peer -> peer.network.localAddress().isPresent());
        return network.localAddress().orElseThrow();
    }

    synchronized Set<PeerId> members() {
        return members;
    }

    synchronized List<String> received() {
        return List.copyOf(received);
    }

    /// Views by their size, and suspicions, in the order in which they were told.
    synchronized List<String> events() {
        return List.copyOf(events);
    }

    void send(PeerId to, String text) {
        network.send(to, text.getBytes(StandardCharsets.UTF_8));
    }

    void broadcast(String text) {
        network.broadcast(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        network.close();
    }

    private synchronized void await(String what, Predicate<TestPeer> condition)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AWAIT_SECONDS);
        while (!condition.test(this)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new TimeoutException(
                        "%s: no %s in %d s; members %s, suspected %s"
                                .formatted(id, what, AWAIT_SECONDS, members, suspected));
            }
            wait(20); // some conditions are not told of
        }
    }
}
