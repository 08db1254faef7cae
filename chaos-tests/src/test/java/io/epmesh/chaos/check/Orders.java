package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What was ordered for the cables between pairs of nodes, and what must hold of it when.
///
/// The last order holds if its peer knew of all those before; a fix holds beside any that it, or
/// its peer, did not know of. A peer surely knows what was ordered at it, what was ordered before
/// the last heal, and what was ordered at a peer that it could hear, since the bound before.
///
/// A peer counts an order's time by its own wall clock from what the clock of the peer said at
/// which it was given, or from when it knows it, whichever is over first; each second anew. So it
/// is over in time where both clocks are right, the one then and the other now, whatever they, or
/// others, were meanwhile. One that was given by a wrong clock may end early, and late at a peer
/// that was started since.
final class Orders {
    private final Map<Set<String>, List<Operation>> byPair = new HashMap<>();
    private final List<Operation> heals;
    private final List<Operation> stepped;
    private final Reachability reachability;
    private final long bound;

    /// What must hold of a cable.
    enum Expected {
        /// Nothing passes in one direction, so nobody is reached.
        CUT,
        /// Everything passes.
        OPEN,
        /// Everything passes, late.
        SLOW,
        /// The history does not tell.
        UNKNOWN
    }

    Orders(List<Operation> history, Duration bound) {
        this.bound = bound.toNanos() / 1_000;
        this.reachability = new Reachability(history, Reachability.Links.CLEAN);
        this.heals =
                history.stream()
                        .filter(op -> op.function().equals("converge"))
                        .filter(op -> op.outcome() == Outcome.OK)
                        .toList();
        this.stepped = history.stream().filter(op -> op.function().equals("stepped")).toList();
        history.stream()
                .filter(op -> op.function().equals("order") && op.outcome() != Outcome.FAIL)
                .sorted(Comparator.comparingLong(Operation::start))
                .collect(Collectors.groupingBy(op -> pair(op.field("left"), op.field("right"))))
                .forEach(byPair::put);
    }

    private static Set<String> pair(String one, String other) {
        return new TreeSet<>(List.of(one, other));
    }

    /// The orders for a pair that began before a moment, in their order.
    List<Operation> before(String one, String other, long at) {
        return byPair.getOrDefault(pair(one, other), List.of()).stream()
                .filter(order -> order.start() < at)
                .toList();
    }

    /// What must hold for all of a time in which all peers know everything.
    Expected expected(String one, String other, long from, long to) {
        List<Operation> orders = before(one, other, to);
        if (orders.isEmpty()) {
            return Expected.OPEN;
        }
        Operation last = orders.getLast();
        if (last.outcome() != Outcome.OK
                || orders.stream().anyMatch(order -> isOpenEnded(order, from))
                || (!isFix(last) && standing(one, other, to).size() > 1)) {
            return Expected.UNKNOWN;
        }
        return effect(last, from, to, _ -> true);
    }

    /// The last order for a pair that began before a moment, and those that it may not supersede.
    private List<Operation> standing(String one, String other, long at) {
        List<Operation> orders = before(one, other, at);
        return orders.stream()
                .filter(order -> order.equals(orders.getLast()) || !knew(orders.getLast(), order))
                .toList();
    }

    /// Whether all peers that are connected know the same of a pair at a moment and count its time
    /// alike, where their clocks are right.
    boolean isAlike(String one, String other, long at) {
        return before(one, other, Long.MAX_VALUE).stream()
                        .noneMatch(order -> order.start() <= at + bound && at < order.end() + bound)
                && standing(one, other, at).stream().noneMatch(this::isGivenByAWrongClock);
    }

    /// Whether a cut that was ordered must hold at a peer for all of a time: it knew of the order
    /// when the time began, and nobody can have ordered anything else meanwhile.
    boolean isCutAt(String host, String one, String other, long from, long to) {
        List<Operation> orders = before(one, other, to);
        if (orders.isEmpty()) {
            return false;
        }
        Operation last = orders.getLast();
        boolean isKnown =
                last.outcome() == Outcome.OK
                        && standing(one, other, to).size() == 1
                        && hears(host, last, from);
        return isKnown && effect(last, from, to, host::equals) == Expected.CUT;
    }

    /// @param counting the hosts whose peers count its time
    private Expected effect(Operation order, long from, long to, Predicate<String> counting) {
        long lasts = Long.parseLong(order.field("lasts")) * 1_000;
        if (isFix(order)) {
            return Expected.OPEN;
        }
        if (isGivenByAWrongClock(order) || isWrong(counting, from - bound, to)) {
            return Expected.UNKNOWN;
        }
        if (from > order.end() + lasts + bound) {
            return Expected.OPEN;
        }
        if (to > order.start() + lasts - bound || from < order.end() + bound) {
            return Expected.UNKNOWN;
        }
        return order.field("what").equals("slow") ? Expected.SLOW : Expected.CUT;
    }

    private boolean isGivenByAWrongClock(Operation order) {
        return isWrong(order.field("at")::equals, order.start(), order.end());
    }

    /// Whether the wall clock of one of some peers was wrong at some moment of a time.
    boolean isWrong(Predicate<String> hosts, long from, long to) {
        return stepped.stream()
                .filter(step -> hosts.test(step.field("host")))
                .anyMatch(step -> step.start() <= to && from <= step.end());
    }

    private static boolean isFix(Operation order) {
        return order.field("what").equals("fix");
    }

    /// Whether an order may have happened late, or still may: its outcome is unknown, and no heal
    /// lies between.
    private boolean isOpenEnded(Operation order, long at) {
        return order.outcome() == Outcome.INFO && !isHealedBetween(order.end(), at);
    }

    private boolean knew(Operation later, Operation earlier) {
        return hears(later.field("at"), earlier, later.start());
    }

    /// Whether the peer of a host surely knows an order at a moment.
    private boolean hears(String host, Operation order, long at) {
        if (order.outcome() == Outcome.OK && host.equals(order.field("at"))) {
            return order.end() <= at;
        }
        if (isHealedBetween(order.end(), at)) {
            return true;
        }
        OptionalLong since = reachability.connectedSince(host, order.field("at"), at);
        return order.outcome() == Outcome.OK
                && since.isPresent()
                && Math.max(order.end(), since.getAsLong()) + bound <= at;
    }

    private boolean isHealedBetween(long from, long to) {
        return heals.stream().anyMatch(heal -> from <= heal.start() && heal.end() <= to);
    }
}
