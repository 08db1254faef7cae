package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// No false alarm: no peer takes another for gone (`orphaned`) while both have been up and
/// connected, directly or through others, for some time.
///
/// Alarms between peers that were connected by lossy links only are counted apart, and not judged.
///
/// @param grace how long after a fault an alarm may still be about it
public record AlarmChecker(Duration grace) implements Checker {
    @Override
    public Result check(List<Operation> history) {
        Reachability clean = new Reachability(history, Reachability.Links.CLEAN);
        Reachability all = new Reachability(history, Reachability.Links.ALL);
        List<String> falseAlarms = new ArrayList<>();
        Times detections = new Times();
        int strained = 0;
        int justified = 0;
        for (Operation alarm : functions(history, "orphaned")) {
            String observer = alarm.process();
            String peer = alarm.field("peer");
            if (isFalse(clean.connectedSince(observer, peer, alarm.start()), alarm)) {
                falseAlarms.add(
                        "%s took %s for gone at %s"
                                .formatted(observer, peer, Times.millis(alarm.start())));
            } else if (isFalse(all.connectedSince(observer, peer, alarm.start()), alarm)) {
                strained++;
            } else {
                justified++;
                history.stream()
                        .filter(down -> isKillOf(peer, down, alarm.start()))
                        .forEach(down -> detections.add(alarm.start() - down.start()));
            }
        }
        long faults = functions(history, "fault").size();
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("false alarms", falseAlarms.size() + "/" + faults + " faults");
        figures.put("alarms of faults", "" + justified);
        figures.put("alarms over lossy links", "" + strained);
        figures.put("peer killed to orphaned elsewhere", detections.toString());
        return Result.of("alarms", faults, figures, falseAlarms);
    }

    private boolean isFalse(OptionalLong since, Operation alarm) {
        return since.isPresent() && alarm.start() - since.getAsLong() > grace.toNanos() / 1_000;
    }

    private static boolean isKillOf(String peer, Operation down, long at) {
        return down.function().equals("down")
                && down.field("host").equals(peer)
                && down.start() <= at
                && at < down.end();
    }

    private static List<Operation> functions(List<Operation> history, String function) {
        return history.stream().filter(op -> op.function().equals(function)).toList();
    }
}
