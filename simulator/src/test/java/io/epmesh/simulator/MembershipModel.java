package io.epmesh.simulator;

import io.epmesh.simulator.Trace.Heard;
import io.epmesh.simulator.Trace.Member;
import io.epmesh.simulator.Trace.Sent;
import io.epmesh.simulator.Trace.Suspected;
import io.epmesh.simulator.Trace.ViewInstalled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What a group of JGroups members was seen to do, and what it may never do. A simulated network is
/// no kinder than the real one if its runs show every [Behaviour] of the real traces, and no
/// crueller than is possible if they break none of the rules of [#broken].
final class MembershipModel {
    /// Something that code above a group must bear.
    enum Behaviour {
        /// Two members hold different views for a second or longer, with no view to reconcile them.
        VIEWS_DISAGREE,
        /// Two members hold views without any member in common.
        DISJOINT_VIEWS,
        /// For a second or longer a member's view holds another whose view lacks it.
        ONE_SIDED_EVICTION,
        /// A member is evicted and readmitted, and no view of its own ever lacked the evictor.
        UNSEEN_EVICTION,
        /// A merge view has the members of the view before it.
        REPEATED_MERGE_VIEW,
        /// A view holds two incarnations of one identity.
        GHOST,
        /// A number sent while both ends held each other in their views is never heard.
        LOST_IN_VIEW,
        /// A number is heard of a sender outside the observer's view.
        HEARD_OUTSIDE_VIEW,
        /// A number is heard a second or longer after it was sent.
        HEARD_LATE,
        /// A member is evicted at an observer that was told of no suspicion.
        EVICTED_UNSUSPECTED,
        /// A member is suspected at an observer that never evicts it.
        SUSPECTED_AND_KEPT
    }

    private static final long LONG_MILLIS = 1_000;
    private static final Set<Member> NO_VIEW = Set.of();

    private final Trace trace;

    /// Each member's views by the millisecond of their installation.
    private final Map<Member, NavigableMap<Long, ViewInstalled>> views = new HashMap<>();

    private MembershipModel(Trace trace) {
        this.trace = trace;
        of(ViewInstalled.class)
                .forEach(view ->
                        views.computeIfAbsent(view.observer(), _ -> new TreeMap<>())
                                .put(view.millis(), view));
    }

    /// Returns what a trace shows.
    static Set<Behaviour> shown(Trace trace) {
        MembershipModel model = new MembershipModel(trace);
        Set<Behaviour> shown = EnumSet.noneOf(Behaviour.class);
        for (Behaviour behaviour : Behaviour.values()) {
            if (model.shows(behaviour)) {
                shown.add(behaviour);
            }
        }
        return shown;
    }

    /// Returns a sentence for each rule that a trace breaks: a view holds its observer; a member
    /// that is seen has run; a number that is heard was sent.
    static List<String> broken(Trace trace) {
        return new MembershipModel(trace).brokenRules();
    }

    private List<String> brokenRules() {
        List<String> broken = new ArrayList<>();
        of(ViewInstalled.class)
                .forEach(view -> {
                    if (!view.members().contains(view.observer())) {
                        broken.add("view without its observer: " + view);
                    }
                    if (!views.keySet().containsAll(view.members())) {
                        broken.add("view with a member that never ran: " + view);
                    }
                });
        of(Heard.class)
                .filter(heard -> !wasSent(heard))
                .forEach(heard -> broken.add("heard what was never sent: " + heard));
        return broken;
    }

    private boolean wasSent(Heard heard) {
        return Stream.iterate(heard.first(), n -> n <= heard.last(), n -> n + 1)
                .allMatch(number ->
                        of(Sent.class)
                                .anyMatch(sent ->
                                        sent.sender().equals(heard.sender())
                                                && sent.first() <= number
                                                && number <= sent.last()));
    }

    private boolean shows(Behaviour behaviour) {
        return switch (behaviour) {
            case VIEWS_DISAGREE -> anyPairFor(LONG_MILLIS, (a, b) -> !a.equals(b));
            case DISJOINT_VIEWS -> anyPairFor(1, (a, b) -> a.stream().noneMatch(b::contains));
            case ONE_SIDED_EVICTION -> anyOneSided();
            case UNSEEN_EVICTION -> of(ViewInstalled.class).anyMatch(this::evictsUnseen);
            case REPEATED_MERGE_VIEW ->
                    of(ViewInstalled.class)
                            .anyMatch(view -> view.merged() && view.members().equals(before(view)));
            case GHOST ->
                    of(ViewInstalled.class)
                            .anyMatch(view ->
                                    view.members().stream().map(Member::id).distinct().count()
                                            < view.members().size());
            case LOST_IN_VIEW -> of(Sent.class).anyMatch(this::losesInView);
            case HEARD_OUTSIDE_VIEW ->
                    of(Heard.class)
                            .anyMatch(heard ->
                                    !viewAt(heard.observer(), heard.millis())
                                            .contains(heard.sender()));
            case HEARD_LATE -> of(Heard.class).anyMatch(this::isLate);
            case EVICTED_UNSUSPECTED ->
                    of(ViewInstalled.class)
                            .anyMatch(
                                    view -> evicted(view).anyMatch(m -> !suspectedBefore(view, m)));
            case SUSPECTED_AND_KEPT ->
                    of(Suspected.class).anyMatch(suspicion -> !isEvictedAfter(suspicion));
        };
    }

    private interface PairOfViews {
        boolean test(Set<Member> one, Set<Member> other);
    }

    /// Whether two members that run hold views that satisfy `test` for `millis`. A member that was
    /// killed counts until its last event.
    private boolean anyPairFor(long millis, PairOfViews test) {
        return anyPair((one, other) ->
                holdsFor(
                        millis,
                        one,
                        other,
                        time -> test.test(viewAt(one, time), viewAt(other, time))));
    }

    private boolean anyOneSided() {
        return anyPair((one, other) ->
                holdsFor(
                        LONG_MILLIS,
                        one,
                        other,
                        time ->
                                viewAt(one, time).contains(other)
                                        && !viewAt(other, time).contains(one)));
    }

    private interface Pair {
        boolean test(Member one, Member other);
    }

    private boolean anyPair(Pair test) {
        return views.keySet().stream()
                .anyMatch(one ->
                        views.keySet().stream()
                                .anyMatch(other -> !one.equals(other) && test.test(one, other)));
    }

    private boolean holdsFor(long millis, Member one, Member other, Predicate<Long> test) {
        long from = Math.max(firstView(one), firstView(other));
        long to = Math.min(lastEvent(one), lastEvent(other));
        return of(ViewInstalled.class)
                .map(ViewInstalled::millis)
                .filter(start -> start >= from && start + millis <= to)
                .anyMatch(start ->
                        test.test(start)
                                && of(ViewInstalled.class)
                                        .map(ViewInstalled::millis)
                                        .filter(t -> t > start && t < start + millis)
                                        .allMatch(test));
    }

    private boolean evictsUnseen(ViewInstalled view) {
        return evicted(view)
                .anyMatch(member ->
                        views(view.observer()).tailMap(view.millis(), false).values().stream()
                                .filter(later -> later.members().contains(member))
                                .findFirst()
                                .filter(back ->
                                        alwaysHeld(
                                                member,
                                                view.observer(),
                                                view.millis(),
                                                back.millis()))
                                .isPresent());
    }

    private boolean alwaysHeld(Member observer, Member held, long from, long to) {
        return viewAt(observer, from).contains(held)
                && views(observer).subMap(from, false, to, true).values().stream()
                        .allMatch(view -> view.members().contains(held));
    }

    private boolean losesInView(Sent sent) {
        return viewAt(sent.sender(), sent.millis()).stream()
                .filter(observer -> !observer.equals(sent.sender()))
                .filter(views::containsKey)
                .anyMatch(observer ->
                        Stream.iterate(sent.first(), n -> n <= sent.last(), n -> n + 1)
                                .anyMatch(number -> isLost(sent, number, observer)));
    }

    private boolean isLost(Sent sent, int number, Member observer) {
        long time = sent.millisOf(number);
        return time < lastEvent(observer) - LONG_MILLIS
                && viewAt(observer, time).contains(sent.sender())
                && of(Heard.class)
                        .noneMatch(heard ->
                                heard.observer().equals(observer)
                                        && heard.sender().equals(sent.sender())
                                        && heard.first() <= number
                                        && number <= heard.last());
    }

    private boolean isLate(Heard heard) {
        return of(Sent.class)
                .anyMatch(sent ->
                        sent.sender().equals(heard.sender())
                                && sent.first() <= heard.first()
                                && heard.first() <= sent.last()
                                && sent.millisOf(heard.first()) + LONG_MILLIS <= heard.millis());
    }

    private boolean suspectedBefore(ViewInstalled view, Member member) {
        return of(Suspected.class)
                .anyMatch(suspicion ->
                        suspicion.observer().equals(view.observer())
                                && suspicion.suspect().equals(member)
                                && suspicion.millis() <= view.millis());
    }

    private boolean isEvictedAfter(Suspected suspicion) {
        return views(suspicion.observer()).tailMap(suspicion.millis(), true).values().stream()
                .anyMatch(view -> !view.members().contains(suspicion.suspect()));
    }

    private Stream<Member> evicted(ViewInstalled view) {
        return before(view).stream().filter(member -> !view.members().contains(member));
    }

    private Set<Member> before(ViewInstalled view) {
        return viewAt(view.observer(), view.millis() - 1);
    }

    private Set<Member> viewAt(Member observer, long millis) {
        Map.Entry<Long, ViewInstalled> entry = views(observer).floorEntry(millis);
        return entry == null ? NO_VIEW : entry.getValue().members();
    }

    private NavigableMap<Long, ViewInstalled> views(Member observer) {
        return Objects.requireNonNullElseGet(views.get(observer), TreeMap::new);
    }

    private long firstView(Member member) {
        return views(member).firstKey();
    }

    private long lastEvent(Member member) {
        return Stream.of(
                        of(Sent.class)
                                .filter(sent -> sent.sender().equals(member))
                                .map(Sent::lastMillis),
                        of(ViewInstalled.class)
                                .filter(view -> view.observer().equals(member))
                                .map(ViewInstalled::millis))
                .flatMap(times -> times)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private <E extends Trace.Event> Stream<E> of(Class<E> type) {
        return trace.events().stream().filter(type::isInstance).map(type::cast);
    }
}
