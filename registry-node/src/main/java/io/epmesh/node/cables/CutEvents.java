package io.epmesh.node.cables;

import io.epmesh.node.naming.CutBook;
import io.epmesh.node.naming.CutEntry;
import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Event.Draft;
import io.epmesh.node.naming.Event.Kind;
import io.epmesh.node.naming.NodePair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What there is to tell of cables when one table follows another: what was cut, slowed and opened,
/// by whom.
final class CutEvents {
    private CutEvents() {}

    /// The events between two tables.
    ///
    /// @param book tells who has fixed what
    static List<Draft> between(CutTable before, CutTable after, CutBook book) {
        List<Draft> events = new ArrayList<>();
        for (CutEntry entry : after.entries()) {
            Optional<CutEntry> was = before.at(entry.pair());
            if (was.isEmpty() || isAnother(was.get(), entry)) {
                events.add(ordered(entry));
            }
        }
        for (CutEntry entry : before.entries()) {
            if (after.at(entry.pair()).isEmpty()) {
                events.add(
                        book.fix(entry.pair())
                                .map(fix -> of(Kind.FIXED, entry.pair()).with("by", fix.writer()))
                                .orElseGet(() -> of(Kind.CUT_OVER, entry.pair())));
            }
        }
        return events;
    }

    private static boolean isAnother(CutEntry was, CutEntry is) {
        return !was.when().equals(is.when())
                || !was.lowToHigh().equals(is.lowToHigh())
                || !was.highToLow().equals(is.highToLow());
    }

    private static Draft ordered(CutEntry entry) {
        boolean cuts = cuts(entry.lowToHigh()) || cuts(entry.highToLow());
        return of(cuts ? Kind.CUT : Kind.SLOWED, entry.pair())
                .with("low-to-high", entry.lowToHigh().toString().replace(' ', '-'))
                .with("high-to-low", entry.highToLow().toString().replace(' ', '-'))
                .with(
                        "for",
                        entry.remaining()
                                .map(time -> time.plusMillis(500).toSeconds() + "s")
                                .orElse("ever"))
                .with("by", entry.writer());
    }

    private static boolean cuts(Effect effect) {
        return switch (effect) {
            case Effect.Stall _, Effect.Reset _ -> true;
            case Effect.Open _, Effect.Slow _ -> false;
        };
    }

    private static Draft of(Kind kind, NodePair pair) {
        return Draft.of(kind).with("low", pair.low()).with("high", pair.high());
    }
}
