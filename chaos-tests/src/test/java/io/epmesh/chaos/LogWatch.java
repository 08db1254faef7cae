package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Follows the peers' logs: what they say of each other goes to the history with the time at which
/// they said it, as `orphaned` or `up` (`peer`), errors as `error` (`line`), and what only a newer
/// version says as `newer` (`line`). So nothing between two polls is missed.
final class LogWatch {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration STEPPED = Duration.ofSeconds(20);
    private static final Pattern LINE = Pattern.compile("(\\S+Z) ([A-Z]+) (\\S+ .*)");
    private static final Pattern PEER =
            Pattern.compile("events peer-(up|merged|orphaned) host=(\\S+) .*");

    /// No fault garbles what peers say: whoever cannot read it is wrong, or who has said it.
    private static final Pattern MALFORMED = Pattern.compile(".* malformed messages: .*");

    private static final Pattern NEWER = Pattern.compile(".* messages of unknown types: .*");
    private static final Pattern TRACE = Pattern.compile("(Caused by: |Exception in thread ).*");

    private final List<Host> hosts;
    private final History history;
    private final Map<Host, Integer> read = new HashMap<>();
    private volatile boolean ended;

    LogWatch(List<Host> hosts, History history) {
        this.hosts = hosts;
        this.history = history;
    }

    Thread start() {
        return Thread.ofPlatform()
                .name("log-watch")
                .daemon()
                .start(() -> {
                    while (!ended) {
                        LockSupport.parkNanos(PAUSE.toNanos());
                        hosts.forEach(this::poll);
                    }
                });
    }

    /// Reads what is left, once the thread of [#start] has ended.
    void end(Thread started) throws InterruptedException {
        ended = true;
        started.join();
        hosts.forEach(this::poll);
    }

    private void poll(Host host) {
        Path log = host.directory().resolve("log");
        try {
            if (!Files.exists(log)) {
                return;
            }
            int from = read.getOrDefault(host, 0);
            if (Files.size(log) == from) {
                return;
            }
            byte[] bytes;
            try (var in = Files.newInputStream(log)) {
                in.skipNBytes(from);
                bytes = in.readAllBytes();
            }
            int end = bytes.length;
            while (end > 0 && bytes[end - 1] != '\n') {
                end--;
            }
            read.put(host, from + end);
            new String(bytes, 0, end, StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> take(host, line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(Host host, String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            if (TRACE.matcher(line).matches()) {
                add(host, "error", history.now(), Map.of("line", line));
            }
            return;
        }
        long now = history.now();
        long said = history.at(Instant.parse(parts.group(1)).toEpochMilli());
        // Of a clock that was stepped: it was said since the last poll.
        long at = Math.abs(now - said) > STEPPED.toNanos() / 1_000 ? now : said;
        Matcher peer = PEER.matcher(parts.group(3));
        if (peer.matches()) {
            String heard = peer.group(1).equals("orphaned") ? "orphaned" : "up";
            add(host, heard, at, Map.of("peer", peer.group(2)));
        } else if (parts.group(2).equals("ERROR") || MALFORMED.matcher(line).matches()) {
            add(host, "error", at, Map.of("line", line));
        } else if (NEWER.matcher(line).matches()) {
            add(host, "newer", at, Map.of("line", line));
        }
    }

    private void add(Host host, String function, long at, Map<String, String> value) {
        history.add(new Operation(host.name(), function, Outcome.INFO, at, at, value));
    }
}
