package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// How far and how fast what was acknowledged came: elements, which are registrations and mappings,
/// and when each watcher saw them. A watcher's `see` (`node`, `value`: `address:port`, empty for
/// gone) says what its peer answers from that moment on; `blind` is a time without a word from its
/// peer, as are `down` and `paused` of the peer itself. Times are in microseconds of the history.
public final class Spread {
    private final List<Element> elements = new ArrayList<>();
    private final Map<String, Map<String, NavigableMap<Long, String>>> seen = new TreeMap<>();
    private final Map<String, List<Operation>> blind = new HashMap<>();

    /// Something that all peers should answer for a time.
    ///
    /// @param kind `registration` or `mapping`
    /// @param name the node
    /// @param value how the value ends that is to be seen
    /// @param acknowledged when that was certain
    /// @param until when it ended, or may have
    record Element(String kind, String name, String value, long acknowledged, long until) {}

    /// A time from an acknowledgement until a watcher saw it, or until nobody had to any more.
    ///
    /// @param from its start
    /// @param to its end
    public record Gap(long from, long to) {}

    /// Reads them.
    ///
    /// @param history of a run, in any order
    public Spread(List<Operation> history) {
        registrations(history);
        mappings(history);
        long last = history.stream().mapToLong(Operation::end).max().orElse(0);
        for (Operation op : history) {
            switch (op.function()) {
                case "see" ->
                        seen.computeIfAbsent(op.process(), _ -> new HashMap<>())
                                .computeIfAbsent(op.field("node"), _ -> new TreeMap<>())
                                .put(op.end(), op.field("value"));
                case "blind" -> blindness(op.process(), op);
                case "down", "paused" -> blindness(op.field("host") + "/watcher", op);
                default -> {}
            }
        }
        elements.removeIf(element -> element.until() > last);
    }

    private void blindness(String watcher, Operation op) {
        blind.computeIfAbsent(watcher, _ -> new ArrayList<>()).add(op);
    }

    /// A life from its first registration to its end. Nodes of one name on several hosts at a time
    /// are left out: one wins.
    private void registrations(List<Operation> history) {
        Map<String, List<Operation>> lives = byField(history, "live", "node");
        Map<Operation, Long> acknowledged = new HashMap<>();
        for (Operation op : history) {
            if (op.function().equals("register") && op.outcome() == Outcome.OK) {
                lives.getOrDefault(op.field("node"), List.of()).stream()
                        .filter(life -> life.field("port").equals(op.field("port")))
                        .filter(life -> life.start() <= op.end() && op.end() <= life.end())
                        .forEach(life -> acknowledged.merge(life, op.end(), Math::min));
            }
        }
        acknowledged.forEach((life, at) -> {
            boolean isAlone =
                    lives.getOrDefault(life.field("node"), List.of()).stream()
                            .filter(other -> !other.equals(life))
                            .noneMatch(other ->
                                    other.start() < life.end() && life.start() < other.end());
            if (isAlone) {
                elements.add(
                        new Element(
                                "registration",
                                life.field("node"),
                                ":" + life.field("port"),
                                at,
                                life.end()));
            }
        });
    }

    /// A put until the next write of its key may have begun. One beside which others were under
    /// way, or may be, is left out.
    private void mappings(List<Operation> history) {
        Map<String, List<Operation>> writes =
                history.stream()
                        .filter(op -> Set.of("put", "remove").contains(op.function()))
                        .filter(op -> op.outcome() != Outcome.FAIL)
                        .collect(Collectors.groupingBy(op -> op.field("key")));
        writes.forEach((key, ofKey) -> {
            for (Operation put : ofKey) {
                OptionalLong next =
                        ofKey.stream()
                                .filter(other -> other.start() >= put.end())
                                .mapToLong(Operation::start)
                                .min();
                boolean isAlone =
                        ofKey.stream()
                                .filter(other -> !other.equals(put))
                                .filter(other -> other.start() < put.end())
                                .noneMatch(other ->
                                        other.outcome() == Outcome.INFO
                                                || other.end() > put.start());
                if (put.function().equals("put") && put.outcome() == Outcome.OK && isAlone) {
                    elements.add(
                            new Element(
                                    "mapping",
                                    key,
                                    put.field("value"),
                                    put.end(),
                                    next.orElse(Long.MAX_VALUE)));
                }
            }
        });
        long last = history.stream().mapToLong(Operation::end).max().orElse(0);
        elements.replaceAll(it ->
                it.until() == Long.MAX_VALUE
                        ? new Element(it.kind(), it.name(), it.value(), it.acknowledged(), last)
                        : it);
    }

    List<Element> elements() {
        return elements;
    }

    Set<String> watchers() {
        return seen.keySet();
    }

    /// Whether a watcher saw an element at a moment.
    boolean isSeen(Element element, String watcher, long at) {
        Map.Entry<Long, String> last = sights(element, watcher).floorEntry(at);
        return last != null && last.getValue().endsWith(element.value());
    }

    /// When a watcher first saw an element before it ended.
    OptionalLong firstSeen(Element element, String watcher) {
        NavigableMap<Long, String> sights = sights(element, watcher);
        if (isSeen(element, watcher, element.acknowledged())) {
            return OptionalLong.of(element.acknowledged());
        }
        return sights
                .subMap(element.acknowledged(), true, element.until(), false)
                .entrySet()
                .stream()
                .filter(sight -> sight.getValue().endsWith(element.value()))
                .mapToLong(Map.Entry::getKey)
                .findFirst();
    }

    /// When a watcher first saw that an element had ended.
    OptionalLong firstGone(Element element, String watcher) {
        if (!isSeen(element, watcher, element.until())) {
            return OptionalLong.empty();
        }
        Long next = sights(element, watcher).higherKey(element.until());
        return next == null ? OptionalLong.empty() : OptionalLong.of(next);
    }

    /// How long an element was not seen although it had been, each time; the last time may last
    /// until its end.
    List<Gap> relapses(Element element, String watcher) {
        List<Gap> relapses = new ArrayList<>();
        long goneAt = -1;
        boolean wasSeen = isSeen(element, watcher, element.acknowledged());
        for (Map.Entry<Long, String> sight :
                sights(element, watcher)
                        .subMap(element.acknowledged(), false, element.until(), false)
                        .entrySet()) {
            boolean isThere = sight.getValue().endsWith(element.value());
            if (isThere && goneAt >= 0) {
                relapses.add(new Gap(goneAt, sight.getKey()));
            }
            goneAt = isThere || !wasSeen ? -1 : goneAt < 0 ? sight.getKey() : goneAt;
            wasSeen |= isThere;
        }
        if (goneAt >= 0) {
            relapses.add(new Gap(goneAt, element.until()));
        }
        return relapses;
    }

    /// Whether a watcher may have missed something in a time.
    boolean isBlind(String watcher, long from, long to) {
        return blind.getOrDefault(watcher, List.of()).stream()
                .anyMatch(op -> op.start() <= to && from <= op.end());
    }

    /// All times in which something acknowledged was not yet seen by a watcher, one for each
    /// element and watcher.
    ///
    /// @return those of some length, by their start
    public List<Gap> gaps() {
        List<Gap> gaps = new ArrayList<>();
        for (Element element : elements) {
            for (String watcher : watchers()) {
                long to = firstSeen(element, watcher).orElse(element.until());
                if (to > element.acknowledged()) {
                    gaps.add(new Gap(element.acknowledged(), to));
                }
            }
        }
        gaps.sort(Comparator.comparingLong(Gap::from));
        return gaps;
    }

    private NavigableMap<Long, String> sights(Element element, String watcher) {
        NavigableMap<Long, String> sights =
                seen.getOrDefault(watcher, Map.of()).get(element.name());
        return sights == null ? new TreeMap<>() : sights;
    }

    private static Map<String, List<Operation>> byField(
            List<Operation> history, String function, String field) {
        return history.stream()
                .filter(op -> op.function().equals(function))
                .collect(Collectors.groupingBy(op -> op.field(field)));
    }
}
