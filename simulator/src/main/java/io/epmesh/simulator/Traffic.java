package io.epmesh.simulator;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Counts what was sent and what befell it, and prints a run: equal runs, equal prints.
final class Traffic {
    /// Names of message types, as `docs/gossip-protocol.md` lists them.
    private static final String[] NAMES = {
        "",
        "Alive",
        "Ping",
        "Witness",
        "Summary",
        "OwnersPull",
        "OwnerDelta",
        "OwnerState",
        "MappingWrites",
        "MappingsPull",
        "MappingsState",
        "Part",
        "Judgement"
    };

    private static final int TYPE_AT = 3;

    private final long[] messages = new long[256];
    private final long[] bytes = new long[256];
    private final Map<String, Long> hits = new TreeMap<>();
    private long print = 1;

    void sent(byte[] message) {
        int type = message[TYPE_AT] & 0xff;
        messages[type]++;
        bytes[type] += message.length;
    }

    void hit(String what) {
        hits.merge(what, 1L, Long::sum);
    }

    /// A message arrived.
    void arrived(long now, int from, int to, byte[] message) {
        print = (print * 0x9e3779b97f4a7c15L + now) * 31 + from * 1_009L + to;
        print = (print ^ (print >>> 29)) + Arrays.hashCode(message);
    }

    long print() {
        return print;
    }

    long messages() {
        return sum(messages);
    }

    long bytes() {
        return sum(bytes);
    }

    /// Messages that carry state or ask for it: everything but beats, probes and summaries.
    long stateMessages() {
        long sum = 0;
        for (int type = 5; type < NAMES.length; type++) {
            sum += messages[type];
        }
        return sum;
    }

    /// How often each fault struck, and how many messages of each type were sent.
    Map<String, Long> hits() {
        Map<String, Long> all = new TreeMap<>(hits);
        for (int type = 0; type < messages.length; type++) {
            if (messages[type] > 0) {
                all.put(
                        "sent " + (type < NAMES.length ? NAMES[type] : "type " + type),
                        messages[type]);
            }
        }
        return all;
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }
}
