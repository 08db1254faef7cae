package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Plays the same exchanges against the C program and ours and fails where they differ otherwise
/// than a [Deviation] says.
final class Duel implements AutoCloseable {
    private static final long CLOCK_TOLERANCE_SECONDS = 10;

    private static final Pattern ONLY_THEIRS =
            Pattern.compile("^name ([^\n]*@[^\n]*)? at port \\d+\n", Pattern.MULTILINE);

    /// One connection to each.
    final class Pair {
        private final Exchange exchange;
        private final Wire theirs;
        private final Wire ours;
        private int next;

        private Pair(Exchange exchange) throws IOException {
            this.exchange = exchange;
            theirs = them.connect(exchange);
            ours = us.connect(exchange);
        }

        /// Writes the next chunk to both; false if there is none.
        boolean step() throws IOException {
            if (next == exchange.chunks().size()) {
                return false;
            }
            byte[] chunk = exchange.chunks().get(next++);
            theirs.sendIfOpen(chunk);
            ours.sendIfOpen(chunk);
            return true;
        }

        /// Plays the end of the exchange, compares, and closes or keeps the connections.
        void finish() throws IOException {
            switch (exchange.end()) {
                case HOLD -> {}
                case HALF_CLOSE -> {
                    theirs.endOutputIfOpen();
                    ours.endOutputIfOpen();
                }
                case RESET -> {
                    theirs.reset();
                    ours.reset();
                    return;
                }
            }
            Outcome theirOutcome = Contender.read(theirs, exchange.end());
            Outcome ourOutcome = Contender.read(ours, exchange.end());
            judge(exchange, theirOutcome, ourOutcome);
            if (ourOutcome.isRefused() && ourOutcome.open()) {
                assertThat(ours.readUntilEnd(1)).as("refused and closed").isEmpty();
            }
            if (theirOutcome.isRegistered() && ourOutcome.isRegistered() && ourOutcome.open()) {
                kept.add(this);
            } else {
                close();
            }
        }

        void close() throws IOException {
            theirs.close();
            ours.close();
        }
    }

    private final Contender them;
    private final Contender us;
    private final List<Pair> kept = new ArrayList<>();
    private final Map<String, Long> creations = new HashMap<>();
    private final Map<Deviation, Integer> deviations = new EnumMap<>(Deviation.class);

    /// Names whose raw bytes are not what NAMES and DUMP of ours show, as Latin-1.
    private final Map<String, String> shownAs = new HashMap<>();

    /// Names that only the C program ever accepted, as Latin-1.
    private final Set<String> onlyTheirs = new HashSet<>();

    private int comparisons;

    Duel(int theirPort, int ourPort) {
        them = new Contender("C epmd", theirPort);
        us = new Contender("epmesh", ourPort);
    }

    Contender them() {
        return them;
    }

    Contender us() {
        return us;
    }

    Pair open(Exchange exchange) throws IOException {
        return new Pair(exchange);
    }

    /// One exchange from its first byte to its end, and what is listed then.
    void play(Exchange exchange) throws IOException {
        Pair pair = open(exchange);
        while (pair.step()) {
            if (exchange.settled()) {
                settle();
            }
        }
        pair.finish();
        compareNames();
    }

    void settle() throws IOException {
        them.settle();
        us.settle();
    }

    int keptCount() {
        return kept.size();
    }

    /// Ends a registration on both sides in the same way.
    void endKept(int index, HangUp way) throws IOException {
        Pair pair = kept.remove(index);
        way.apply(pair.theirs);
        way.apply(pair.ours);
        settle();
        pair.close();
        compareNames();
    }

    /// How often each deviation was met.
    Map<Deviation, Integer> deviations() {
        return deviations;
    }

    int comparisons() {
        return comparisons;
    }

    private void judge(Exchange exchange, Outcome theirs, Outcome ours) {
        comparisons++;
        if (areAlike(theirs, ours)) {
            if (theirs.isRegistered()) {
                registered(exchange, theirs, ours);
            }
            return;
        }
        Optional<Deviation> deviation =
                Arrays.stream(Deviation.values())
                        .filter(each -> each.explains(exchange, theirs, ours))
                        .findFirst();
        assertThat(deviation).as("%s: C epmd %s, epmesh %s", exchange, theirs, ours).isPresent();
        deviation.ifPresent(known -> deviations.merge(known, 1, Integer::sum));
        if (theirs.isRegistered()) {
            onlyTheirs.add(new String(exchange.aliveName(), ISO_8859_1));
        }
    }

    private boolean areAlike(Outcome theirs, Outcome ours) {
        return (them.isListing(theirs) && us.isListing(ours))
                ? asOursShows(them.listed(theirs)).equals(us.listed(ours))
                : theirs.withoutCreation().equals(ours.withoutCreation());
    }

    /// Creations of two servers cannot be equal, but those of one name rise in the same steps.
    private void registered(Exchange exchange, Outcome theirs, Outcome ours) {
        String name = new String(exchange.aliveName(), ISO_8859_1);
        NodeName decoded = new NodeName(new String(exchange.aliveName(), UTF_8));
        String shown = new String(decoded.printable().getBytes(UTF_8), ISO_8859_1);
        if (!shown.equals(name)) {
            shownAs.put(name, shown);
        }
        long modulus = theirs.isExtended() ? 1L << 32 : 3;
        long difference = Math.floorMod(ours.creation() - theirs.creation(), modulus);
        Long before = creations.put((theirs.isExtended() ? "6 " : "5 ") + name, difference);
        if (before != null) {
            assertThat(difference).as("creation of %s: ours less theirs", name).isEqualTo(before);
        } else if (theirs.isExtended()) {
            assertThat(Math.abs(ours.creation() - theirs.creation()))
                    .as("first creation of %s, %s and %s", name, theirs, ours)
                    .isLessThan(CLOCK_TOLERANCE_SECONDS);
        }
        if (!theirs.isExtended()) {
            assertThat(ours.creation()).isBetween(1L, 3L);
        }
    }

    void compareNames() throws IOException {
        assertThat(us.names()).as("NAMES").isEqualTo(asOursShows(them.names()));
    }

    /// Full and empty names are registered there until the reply is read; never here.
    private String asOursShows(String names) {
        String shown = ONLY_THEIRS.matcher(names).replaceAll("");
        for (Map.Entry<String, String> each : shownAs.entrySet()) {
            shown =
                    shown.replace(
                            "name " + each.getKey() + " at", "name " + each.getValue() + " at");
        }
        return shown;
    }

    void compareDump() throws IOException {
        assertThat(normalised(us.dump())).as("DUMP").isEqualTo(normalised(them.dump()));
    }

    /// The lines without `fd`s, with names as ours are shown, without names that we never had.
    private List<String> normalised(String dump) {
        List<String> lines = new ArrayList<>();
        for (String line : dump.split("\0", -1)) {
            String plain = line.replaceAll("fd = -?\\d+", "fd = N");
            for (Map.Entry<String, String> each : shownAs.entrySet()) {
                plain = plain.replace("<" + each.getKey() + ">", "<" + each.getValue() + ">");
            }
            String known = plain;
            if (onlyTheirs.stream().noneMatch(name -> known.contains("<" + name + ">"))) {
                lines.add(known);
            }
        }
        return lines;
    }

    @Override
    public void close() throws IOException {
        for (Pair pair : kept) {
            pair.close();
        }
    }
}
