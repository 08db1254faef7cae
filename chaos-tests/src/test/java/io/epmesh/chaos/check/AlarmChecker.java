package io.epmesh.chaos.check;

import io.epmesh.chaos.history.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// No false alarm: no peer takes another for gone (`orphaned`) while both have been up and
/// connected, directly or through others, for some time.
///
/// Alarms between peers that were connected by lossy links only are counted apart, and not judged.
///
/// @param grace how long after a fault an alarm may still be about it
public record AlarmChecker(Duration grace) implements Checker {
    private static final Map<String, String> CAUSES =
            Map.of("down", "killed", "paused", "frozen", "cut", "cut off");

    @Override
    public Result check(List<Operation> history) {
        Reachability clean = new Reachability(history, Reachability.Links.CLEAN);
        Reachability all = new Reachability(history, Reachability.Links.ALL);
        List<String> falseAlarms = new ArrayList<>();
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
            }
        }
        long faults = functions(history, "fault").size();
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("false alarms", falseAlarms.size() + "/" + faults + " faults");
        figures.put("alarms of faults", "" + justified);
        figures.put("alarms over lossy links", "" + strained);
        detections(history)
                .forEach((cause, times) -> figures.put(cause + " to orphaned", times.toString()));
        return Result.of("alarms", faults, figures, falseAlarms);
    }

    private boolean isFalse(OptionalLong since, Operation alarm) {
        return since.isPresent() && alarm.start() - since.getAsLong() > grace.toNanos() / 1_000;
    }

    /// How long it took until a peer took another for gone that was killed, frozen or cut off; only
    /// of who has run all the time and so could see it.
    static Map<String, Times> detections(List<Operation> history) {
        Reachability clean = new Reachability(history, Reachability.Links.CLEAN);
        List<Operation> faults =
                history.stream().filter(op -> CAUSES.containsKey(op.function())).toList();
        Map<String, Times> detections = new TreeMap<>();
        for (Operation alarm : functions(history, "orphaned")) {
            String peer = alarm.field("peer");
            OptionalLong broken = clean.brokenAt(alarm.process(), peer, alarm.start());
            OptionalLong runs = clean.runningSince(alarm.process(), alarm.start());
            if (broken.isPresent() && runs.isPresent() && runs.getAsLong() <= broken.getAsLong()) {
                long at = broken.getAsLong();
                for (String cause : causes(faults, peer, at)) {
                    detections.computeIfAbsent(cause, _ -> new Times()).add(alarm.start() - at);
                }
            }
        }
        return detections;
    }

    /// What happened to a peer, or to the network, at one moment.
    private static Set<String> causes(List<Operation> faults, String peer, long at) {
        return faults.stream()
                .filter(op -> op.start() == at)
                .filter(op -> op.function().equals("cut") || op.field("host").equals(peer))
                .map(op -> CAUSES.getOrDefault(op.function(), op.function()))
                .collect(Collectors.toSet());
    }

    private static List<Operation> functions(List<Operation> history, String function) {
        return history.stream().filter(op -> op.function().equals(function)).toList();
    }
}
