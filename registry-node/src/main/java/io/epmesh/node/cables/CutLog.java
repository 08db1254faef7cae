package io.epmesh.node.cables;

import io.epmesh.node.naming.CableOrder;
import io.epmesh.node.naming.CutBook;
import io.epmesh.node.naming.CutEntry;
import io.epmesh.node.naming.CutTable;
import io.epmesh.node.naming.NodePair;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Logs what was cut, slowed and fixed, by whom and when: a line for each pair, up to a number.
final class CutLog {
    private static final Logger LOG = System.getLogger(CutLog.class.getName());

    /// Lines for one change.
    private static final int LINES = 50;

    private CutLog() {}

    /// Logs how two tables differ, of which one followed the other.
    ///
    /// @param book tells who has fixed what
    static void log(CutTable before, CutTable after, CutBook book) {
        List<String> lines = new ArrayList<>();
        for (CutEntry entry : after.entries()) {
            Optional<CutEntry> was = before.at(entry.pair());
            if (was.isEmpty() || isAnother(was.get(), entry)) {
                lines.add(ordered(entry));
            }
        }
        for (CutEntry entry : before.entries()) {
            if (after.at(entry.pair()).isEmpty()) {
                lines.add(opened(entry.pair(), book.fix(entry.pair())));
            }
        }
        lines.stream().limit(LINES).forEach(line -> LOG.log(Level.INFO, "cables: {0}", line));
        if (lines.size() > LINES) {
            LOG.log(
                    Level.INFO,
                    "cables: and {0} more pairs",
                    Integer.toString(lines.size() - LINES));
        }
    }

    private static boolean isAnother(CutEntry was, CutEntry is) {
        return !was.when().equals(is.when())
                || !was.lowToHigh().equals(is.lowToHigh())
                || !was.highToLow().equals(is.highToLow());
    }

    private static String ordered(CutEntry entry) {
        return "ordered low=%s high=%s low-to-high=%s high-to-low=%s for=%s by=%s at=%s"
                .formatted(
                        entry.pair().low(),
                        entry.pair().high(),
                        entry.lowToHigh().toString().replace(' ', '-'),
                        entry.highToLow().toString().replace(' ', '-'),
                        entry.remaining()
                                .map(time -> time.plusMillis(500).toSeconds() + "s")
                                .orElse("ever"),
                        entry.writer(),
                        entry.when());
    }

    private static String opened(NodePair pair, Optional<CableOrder> fix) {
        return "open low=%s high=%s why=%s"
                .formatted(
                        pair.low(),
                        pair.high(),
                        fix.map(order -> "fixed by=" + order.writer()).orElse("over"));
    }
}
