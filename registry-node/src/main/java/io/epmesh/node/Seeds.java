package io.epmesh.node;

import io.epmesh.node.config.JoinTarget;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where to look for the mesh: the addresses behind `join`. Names are asked anew in the background,
/// a thread each, because DNS may take its time; until it answers, the last good answer counts, so
/// that an outage of DNS takes no seed away.
final class Seeds {
    private static final Logger LOG = System.getLogger(Seeds.class.getName());

    /// The first time, for the first question to the seeds to find them.
    private static final long FIRST_MILLIS = 300;

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// Asks DNS and the hosts file; may block.
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final List<JoinTarget> targets;
    private final Resolver resolver;
    private final ConcurrentMap<String, List<InetAddress>> answers = new ConcurrentHashMap<>();
    private final Set<String> asking = ConcurrentHashMap.newKeySet();
    private final Set<String> unresolved = ConcurrentHashMap.newKeySet();
    private @Nullable Long lastAsked; // by the one thread that calls addresses()

    Seeds(List<JoinTarget> targets, Resolver resolver) {
        this.targets = List.copyOf(targets);
        this.resolver = resolver;
    }

    /// UDP port of the beacons, if `join` names multicast.
    OptionalInt beaconPort() {
        return targets.stream()
                .filter(JoinTarget.Multicast.class::isInstance)
                .mapToInt(JoinTarget::port)
                .findFirst();
    }

    /// The addresses that are known now; called by one thread, every few seconds.
    List<InetSocketAddress> addresses() {
        long now = System.nanoTime();
        boolean first = lastAsked == null;
        if (lastAsked == null || now - lastAsked >= AGAIN_NANOS) {
            lastAsked = now;
            ask(first ? FIRST_MILLIS : 0);
        }
        return targets.stream()
                .flatMap(target ->
                        host(target)
                                .flatMap(host -> answers.getOrDefault(host, List.of()).stream())
                                .map(address -> new InetSocketAddress(address, target.port())))
                .distinct()
                .toList();
    }

    private static Stream<String> host(JoinTarget target) {
        return switch (target) {
            case JoinTarget.Peer peer -> Stream.of(peer.host());
            case JoinTarget.DnsName dns -> Stream.of(dns.name());
            case JoinTarget.Multicast _ -> Stream.empty();
        };
    }

    private void ask(long waitMillis) {
        List<String> hosts = targets.stream().flatMap(Seeds::host).distinct().toList();
        CountDownLatch open = new CountDownLatch(hosts.size());
        for (String host : hosts) {
            if (asking.add(host)) {
                Thread.ofPlatform()
                        .daemon()
                        .name("seed " + host)
                        .start(() -> {
                            resolve(host);
                            asking.remove(host);
                            open.countDown();
                        });
            }
        }
        try {
            boolean _ = open.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resolve(String host) {
        try {
            answers.put(host, List.of(resolver.resolve(host)));
            if (unresolved.remove(host)) {
                LOG.log(Level.INFO, "join: host {0} resolves now", host);
            }
        } catch (UnknownHostException e) {
            if (unresolved.add(host)) {
                LOG.log(
                        Level.WARNING,
                        "join: host {0} does not resolve here, for now; {1}",
                        host,
                        answers.containsKey(host)
                                ? "its last addresses stay in use"
                                : "it is asked again every 10 s");
            }
        }
    }
}
