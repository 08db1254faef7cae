package io.epmesh.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What each member of a group was told, in the order of time: what [TraceRecorder] writes,
/// [MembershipModel] reads, and what a simulated network can produce to be held against it. In text
/// a line is `MILLIS MEMBER EVENT`, a member is `ID.INCARNATION`, and `#` starts a comment:
///
/// ```
/// 1200 1.1 view 1.1 2.1 3.1
/// 1450 - fault split 1 2 | 3 4
/// 1500 3.1 suspect 1.1
/// 1500-2750 1.1 sent 5-10
/// 1501-1751 2.1 heard 1.1 5-6
/// ```
///
/// @param events ordered by their first millisecond
record Trace(List<Event> events) {

    Trace {
        events = List.copyOf(events);
    }

    /// A member: an identity that lasts, and one run of it.
    record Member(long id, long incarnation) implements Comparable<Member> {
        static Member parse(String text) {
            String[] parts = text.split("\\.", -1);
            return new Member(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }

        @Override
        public int compareTo(Member other) {
            int byId = Long.compare(id, other.id);
            return byId != 0 ? byId : Long.compare(incarnation, other.incarnation);
        }

        @Override
        public String toString() {
            return id + "." + incarnation;
        }
    }

    /// One thing that happened, at a time in milliseconds since the start.
    sealed interface Event {
        long millis();
    }

    /// A fault began or ended.
    record Fault(long millis, String text) implements Event {}

    /// An observer installed a view.
    record ViewInstalled(long millis, Member observer, Set<Member> members, boolean merged)
            implements Event {
        ViewInstalled {
            members = Set.copyOf(members);
        }
    }

    /// An observer was told of a suspicion, not yet verified.
    record Suspected(long millis, Member observer, Member suspect) implements Event {}

    /// A member broadcast the numbers `first` to `last`, evenly from `millis` to `lastMillis`.
    record Sent(long millis, long lastMillis, Member sender, int first, int last) implements Event {
        long millisOf(int number) {
            return first == last
                    ? millis
                    : millis + (lastMillis - millis) * (number - first) / (last - first);
        }
    }

    /// An observer received the numbers `first` to `last` of a sender, without a gap.
    record Heard(long millis, long lastMillis, Member observer, Member sender, int first, int last)
            implements Event {}

    /// Reads the text form.
    ///
    /// @throws IllegalArgumentException for a line of another form
    static Trace parse(List<String> lines) {
        return new Trace(
                lines.stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(Trace::parseLine)
                        .toList());
    }

    private static Event parseLine(String line) {
        String[] words = line.split(" ", -1);
        int[] times = range(words[0]);
        return switch (words[2]) {
            case "fault" ->
                    new Fault(times[0], String.join(" ", List.of(words).subList(3, words.length)));
            case "view", "merge" ->
                    new ViewInstalled(
                            times[0],
                            Member.parse(words[1]),
                            Arrays.stream(words)
                                    .skip(3)
                                    .map(Member::parse)
                                    .collect(Collectors.toSet()),
                            words[2].equals("merge"));
            case "suspect" ->
                    new Suspected(times[0], Member.parse(words[1]), Member.parse(words[3]));
            case "sent" -> {
                int[] numbers = range(words[3]);
                yield new Sent(times[0], times[1], Member.parse(words[1]), numbers[0], numbers[1]);
            }
            case "heard" -> {
                int[] numbers = range(words[4]);
                yield new Heard(
                        times[0],
                        times[1],
                        Member.parse(words[1]),
                        Member.parse(words[3]),
                        numbers[0],
                        numbers[1]);
            }
            default -> throw new IllegalArgumentException("trace line: " + line);
        };
    }

    private static int[] range(String text) {
        String[] ends = text.split("-", -1);
        return new int[] {Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])};
    }

    /// The text form of an event, as [#parse] reads it.
    static String format(Event event) {
        return switch (event) {
            case Fault(long millis, String text) -> millis + " - fault " + text;
            case ViewInstalled(long millis, Member observer, Set<Member> members, boolean merged) ->
                    "%d %s %s %s"
                            .formatted(
                                    millis,
                                    observer,
                                    merged ? "merge" : "view",
                                    new TreeSet<>(members)
                                            .stream()
                                                    .map(Member::toString)
                                                    .collect(Collectors.joining(" ")));
            case Suspected(long millis, Member observer, Member suspect) ->
                    millis + " " + observer + " suspect " + suspect;
            case Sent(long millis, long lastMillis, Member sender, int first, int last) ->
                    span(millis, lastMillis) + " " + sender + " sent " + span(first, last);
            case Heard(
                            long millis,
                            long lastMillis,
                            Member observer,
                            Member sender,
                            int first,
                            int last) ->
                    "%s %s heard %s %s"
                            .formatted(
                                    span(millis, lastMillis), observer, sender, span(first, last));
        };
    }

    private static String span(long first, long last) {
        return first == last ? Long.toString(first) : first + "-" + last;
    }
}
