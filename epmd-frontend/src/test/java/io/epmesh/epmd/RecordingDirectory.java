package io.epmesh.epmd;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Keeps what the server tells, one line each, and answers from what a test has put in.
final class RecordingDirectory implements Directory {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final Map<NodeName, PortInfo> known = new ConcurrentHashMap<>();
    volatile List<NamedPort> added = List.of();
    volatile boolean full;

    @Override
    public boolean registered(Registration registration) {
        events.add("registered " + registration.name() + " " + registration.source());
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
    public List<NamedPort> names() {
        return added;
    }

    @Override
    public void stopRequested() {
        events.add("stop requested");
    }

    /// The next event, for which it waits ten seconds at most.
    String next() throws InterruptedException {
        String event = events.poll(10, TimeUnit.SECONDS);
        return event == null ? "nothing happened" : event;
    }
}
