package io.epmesh.epmd;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Keeps what the server tells, one line each, and answers from what a test has put in.
final class RecordingDirectory implements Directory {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final Map<NodeName, PortInfo> known = new ConcurrentHashMap<>();
    volatile List<NamedPort> added = List.of();
    final Map<InetAddress, List<NamedPort>> namesAt = new ConcurrentHashMap<>();
    final Map<InetAddress, String> hostAt = new ConcurrentHashMap<>();
    volatile boolean full;

    /// What all look-ups wait for, if they do.
    volatile Optional<CompletableFuture<Optional<PortInfo>>> detour = Optional.empty();

    @Override
    public boolean registered(Registration registration) {
        events.add(
                "registered "
                        + registration.name()
                        + registration.host().map(host -> "@" + host).orElse("")
                        + " "
                        + registration.source());
        return !full;
    }

    @Override
    public void unregistered(Registration registration) {
        events.add("unregistered " + registration.name());
    }

    @Override
    public Optional<PortInfo> lookup(NodeName name, InetAddress remote, InetAddress local) {
        events.add("lookup " + name + " " + remote + " " + local);
        return Optional.ofNullable(known.get(name));
    }

    @Override
    public boolean detours(InetAddress remote, InetAddress local) {
        return detour.isPresent();
    }

    @Override
    public CompletionStage<Optional<PortInfo>> detour(
            NodeName name,
            Optional<Registration> registered,
            InetAddress remote,
            InetAddress local) {
        events.add("detour " + name + " " + registered.map(it -> it.info().port()) + " " + local);
        return detour.orElseThrow();
    }

    @Override
    public Optional<List<NamedPort>> namesAt(InetAddress local) {
        return Optional.ofNullable(namesAt.get(local));
    }

    @Override
    public Optional<String> hostAt(InetAddress local) {
        return Optional.ofNullable(hostAt.get(local));
    }

    @Override
    public List<NamedPort> names() {
        return added;
    }

    @Override
    public void stopRequested() {
        events.add("stop requested");
    }

    /// The next event, for which it waits a minute at most.
    String next() throws InterruptedException {
        String event = events.poll(60, TimeUnit.SECONDS);
        return event == null ? "nothing happened" : event;
    }
}
