package io.epmesh.chaos;

import io.epmesh.chaos.Json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// All that a peer answers through HTTP of names, mappings and peers, at one moment.
///
/// @param host whose peer it is
/// @param whole every field, one line each for a name, mapping or peer, but what is the asked
///   peer's own: `self` and when it heard of a peer last
/// @param names lines `node port state` of registrations
/// @param mappings lines `key value`, winners and what stands beside them
record Dump(Host host, Set<String> whole, Set<String> names, Set<String> mappings) {
    private static final Set<String> OWN = Set.of("self", "lastHeardMs");

    static Dump of(Host host) {
        Set<String> whole = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        Set<String> mappings = new TreeSet<>();
        for (Fields peer : host.api("peers").having("id")) {
            whole.add(line("peer", peer));
        }
        for (Fields name : host.api("names?scope=mesh").having("node")) {
            if (!name.text("source").equals("mapping")) {
                whole.add(line("name", name));
                names.add(
                        "%s %s %s"
                                .formatted(
                                        name.text("node"), name.text("port"), name.text("state")));
            }
        }
        for (Fields mapping : host.api("mappings").having("node")) {
            whole.add(line("mapping", mapping));
            for (Fields candidate : mapping.having("address")) {
                mappings.add(
                        "%s %s:%s"
                                .formatted(
                                        mapping.text("node"),
                                        candidate.text("address"),
                                        candidate.text("port")));
            }
        }
        return new Dump(host, whole, names, mappings);
    }

    private static String line(String kind, Fields object) {
        Map<String, Json> fields = new LinkedHashMap<>(object.values());
        fields.keySet().removeAll(OWN);
        return kind + " " + fields;
    }

    /// How dumps differ from the first of them, and their names from what lives: a line each, none
    /// if they are equal and right.
    static List<String> differences(List<Dump> dumps, Set<String> living) {
        List<String> differences = new ArrayList<>();
        Dump first = dumps.getFirst();
        for (Dump dump : dumps.subList(1, dumps.size())) {
            missing(first.whole, dump.whole)
                    .forEach(line -> differences.add("not on " + dump.host + ": " + line));
            missing(dump.whole, first.whole)
                    .forEach(line -> differences.add("not on " + first.host + ": " + line));
        }
        for (Dump dump : dumps) {
            missing(living, dump.names)
                    .forEach(line -> differences.add("lives, not on " + dump.host + ": " + line));
            missing(dump.names, living)
                    .forEach(line -> differences.add("dead, on " + dump.host + ": " + line));
        }
        return differences;
    }

    private static Set<String> missing(Set<String> from, Set<String> in) {
        Set<String> missing = new TreeSet<>(from);
        missing.removeAll(in);
        return missing;
    }
}
