package io.epmesh.simulator;

import io.epmesh.simulator.SeedRun.Recipe;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Tells a person of a seed that failed: what broke, the shortest schedule that breaks it, and how
/// to see it again.
final class Failure {
    private static final int TEXT = 2_000;

    private Failure() {}

    static String describe(Recipe recipe, Violation violation) {
        StringBuilder text = new StringBuilder("seed ").append(recipe.seed()).append(" failed: ");
        text.append(brief(violation)).append('\n');
        Schedule few = new Shrinker(recipe, part -> breaks(part, violation)).shrink();
        text.append("shortened schedule:\n");
        events(few).forEach(event -> text.append("  ").append(event).append('\n'));
        text.append("replay: bin/simulate");
        if (recipe.peers() > 0) {
            text.append(" --peers ").append(recipe.peers());
        }
        text.append(" --mode ").append(recipe.mode().name().toLowerCase(Locale.ROOT));
        text.append(" --replay ").append(recipe.seed()).append(':');
        text.append(events(few).map(Event::label).collect(Collectors.joining(",")));
        return text.append('\n').toString();
    }

    private static boolean breaks(Recipe part, Violation like) {
        return SeedRun.of(part)
                .violation()
                .filter(violation -> violation.invariant() == like.invariant())
                .isPresent();
    }

    /// The violation, and where it was thrown if the core threw it.
    static String brief(Violation violation) {
        String message = String.valueOf(violation.getMessage());
        Throwable bug = violation.getCause();
        if (bug != null) {
            StringWriter trace = new StringWriter();
            bug.printStackTrace(new PrintWriter(trace));
            message = message + "\n" + trace;
        }
        return message.length() > TEXT ? message.substring(0, TEXT) + " …" : message;
    }

    private static Stream<Event> events(Schedule schedule) {
        return Stream.concat(schedule.faults().stream(), schedule.operations().stream());
    }
}
