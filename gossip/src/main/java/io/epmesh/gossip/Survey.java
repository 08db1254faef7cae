package io.epmesh.gossip;

import io.epmesh.gossip.Message.MappingsPull;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnersPull;
import io.epmesh.gossip.Message.Summary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Asks all members how they stand, and answers who asks. Owned by the gossip thread.
///
/// ```
/// A → all  Summary     its digests, a question: the time by A's monotonic clock, to be returned
/// B → A    Summary     its digests, the question, how it is
/// B → A    …Pull       where the digests differ: all that B holds, in lines
/// ```
///
/// The pulls are those of [AntiEntropy], which are sent anyway: they say who lacks what.
final class Survey {
    /// How long an answer may take to count as one.
    static final long PATIENCE_NANOS = 600_000_000L;

    private final PeerId self;
    private final Owners owners;
    private final MappingReplica mappings;
    private final AntiEntropy antiEntropy;
    private final Outbox outbox;
    private final Supplier<Vitals> vitals;
    private final Map<PeerId, Answer> answers = new HashMap<>();

    /// Who has answered without the question, as earlier versions do: nobody waits for more.
    private final Set<PeerId> terse = new HashSet<>();

    /// The newest question; empty while nobody wants to know.
    private Optional<Question> asked = Optional.empty();

    Survey(
            PeerId self,
            Owners owners,
            MappingReplica mappings,
            AntiEntropy antiEntropy,
            Outbox outbox,
            Supplier<Vitals> vitals) {
        this.self = self;
        this.owners = owners;
        this.mappings = mappings;
        this.antiEntropy = antiEntropy;
        this.outbox = outbox;
        this.vitals = vitals;
    }

    /// What this peer knew, and how it was, when it asked.
    private record Question(long at, Digest digest, Vitals vitals) {
        /// This peer's wall clock at a time before or after; not read for each answer anew, since
        /// that would read how much memory there is as well.
        Duration wallAt(long nanos) {
            return Duration.ofMillis(vitals.wallMillis()).plusNanos(nanos - at);
        }
    }

    /// What one peer has answered so far.
    private static final class Answer {
        Optional<Digest> digest = Optional.empty();
        Optional<Standing.Told> told = Optional.empty();
        Optional<List<Difference>> ofOwners = Optional.empty();
        Optional<List<Difference>> ofMappings = Optional.empty();

        Optional<Standing> standing() {
            return digest.map(known ->
                    new Standing(
                            known,
                            told,
                            Stream.of(ofOwners, ofMappings)
                                    .flatMap(Optional::stream)
                                    .flatMap(List::stream)
                                    .toList()));
        }

        /// Whether it has said in what it differs, if it does.
        boolean isWhole(Digest asked) {
            return digest.filter(it ->
                            (it.owners() == asked.owners() || ofOwners.isPresent())
                                    && (it.mappings() == asked.mappings()
                                            || ofMappings.isPresent()))
                    .isPresent();
        }
    }

    /// Asks everybody anew.
    void ask(long now) {
        Set<PeerId> known = new HashSet<>();
        owners.all().forEach(owner -> known.add(owner.id()));
        terse.retainAll(known);
        answers.clear();
        Question question = new Question(now, antiEntropy.digest(), vitals.get());
        asked = Optional.of(question);
        outbox.sendAll(new Summary(true, question.digest(), Optional.of(now), Optional.empty()));
    }

    /// The time is up, or all has been said.
    void end() {
        answers.forEach((peer, answer) -> {
            if (answer.digest.isPresent() && answer.told.isEmpty()) {
                terse.add(peer);
            }
        });
        asked = Optional.empty();
        answers.clear();
    }

    void heard(PeerId sender, Summary theirs, long now) {
        if (theirs.reply()) {
            Optional<Long> question = theirs.question();
            outbox.send(
                    sender,
                    new Summary(
                            false,
                            antiEntropy.digest(),
                            question,
                            question.map(_ -> vitals.get())));
        } else {
            asked.ifPresent(question -> take(question, sender, theirs, now));
        }
    }

    /// What a peer said when it was asked counts more than what it says to anybody.
    private void take(Question newest, PeerId sender, Summary theirs, long now) {
        Answer answer = answers.computeIfAbsent(sender, _ -> new Answer());
        if (answer.told.isPresent()) {
            return;
        }
        answer.digest = Optional.of(theirs.digest());
        long tookNanos = now - theirs.question().orElse(now);
        if (theirs.vitals().isPresent() && tookNanos >= 0 && tookNanos <= PATIENCE_NANOS) {
            terse.remove(sender);
            Vitals told = theirs.vitals().get();
            Duration ours = newest.wallAt(now - tookNanos / 2);
            answer.told =
                    Optional.of(
                            new Standing.Told(
                                    told,
                                    Duration.ofNanos(tookNanos),
                                    Duration.ofMillis(told.wallMillis()).minus(ours)));
        }
    }

    /// A peer has said which entries it holds.
    void heard(PeerId sender, OwnersPull pull, long now) {
        if (asked.isPresent() && pull.all()) {
            answers.computeIfAbsent(sender, _ -> new Answer()).ofOwners =
                    Optional.of(differences(pull.lines(), now));
        }
    }

    /// A peer has said which mappings it holds.
    void heard(PeerId sender, MappingsPull pull) {
        if (asked.isPresent()) {
            answers.computeIfAbsent(sender, _ -> new Answer()).ofMappings =
                    Optional.of(List.of(mappings.now().difference(pull.lines())));
        }
    }

    private List<Difference> differences(List<OwnerLine> lines, long now) {
        Map<PeerId, OwnerLine> here = byOwner(antiEntropy.ownerLines(now));
        Map<PeerId, OwnerLine> there = byOwner(lines);
        Set<PeerId> all = new TreeSet<>(here.keySet());
        all.addAll(there.keySet());
        List<Difference> differences = new ArrayList<>();
        for (PeerId owner : all) {
            Optional<OwnerLine> ours = Optional.ofNullable(here.get(owner));
            Optional<OwnerLine> theirs = Optional.ofNullable(there.get(owner));
            Stamp held = ours.map(OwnerLine::stamp).orElse(Stamp.NONE);
            Stamp known = theirs.map(OwnerLine::stamp).orElse(Stamp.NONE);
            long missing = changes(known, held);
            long ahead = changes(held, known);
            if (missing > 0 || ahead > 0 || !isJudgedAlike(ours, theirs)) {
                differences.add(new Difference(Optional.of(owner), missing, ahead));
            }
        }
        return differences;
    }

    private static Map<PeerId, OwnerLine> byOwner(List<OwnerLine> lines) {
        Map<PeerId, OwnerLine> byOwner = new HashMap<>();
        lines.forEach(line -> byOwner.put(line.owner(), line));
        return byOwner;
    }

    /// How many changes lead from one stamp to a later one; those of earlier runs are not counted.
    private static long changes(Stamp from, Stamp to) {
        if (!to.isAfter(from)) {
            return 0;
        }
        return to.isLeft()
                ? 1
                : to.version() - (to.incarnation() == from.incarnation() ? from.version() : 0);
    }

    /// Of one stamp: whether it is living there is not in a line, but how long it was silent is.
    private boolean isJudgedAlike(Optional<OwnerLine> ours, Optional<OwnerLine> theirs) {
        if (ours.isEmpty() || theirs.isEmpty() || ours.get().stamp().isLeft()) {
            return true;
        }
        PeerId owner = ours.get().owner();
        boolean living =
                owner.equals(self) || owners.find(owner).filter(Owner::isLiving).isPresent();
        boolean heardThere = theirs.get().ageMillis() * 1_000_000 < Liveness.ORPHAN_NANOS;
        return living == heardThere
                && ours.get().quarantined() == theirs.get().quarantined()
                && ours.get().verdict().compareTo(theirs.get().verdict()) == 0;
    }

    /// Whether all of the living have answered all.
    boolean isComplete() {
        Digest ours = asked.orElseThrow().digest();
        for (Owner owner : owners.all()) {
            if (owner.isLiving() && !isComplete(owner.id(), ours)) {
                return false;
            }
        }
        return true;
    }

    private boolean isComplete(PeerId peer, Digest ours) {
        Answer answer = answers.get(peer);
        if (answer == null || answer.digest.isEmpty()) {
            return false;
        }
        return terse.contains(peer) || (answer.told.isPresent() && answer.isWhole(ours));
    }

    /// This peer's standing, and those heard of the living since the last [#ask].
    Map<PeerId, Optional<Standing>> standings() {
        Map<PeerId, Optional<Standing>> standings = new HashMap<>();
        Question question = asked.orElseThrow();
        Standing.Told own = new Standing.Told(question.vitals(), Duration.ZERO, Duration.ZERO);
        standings.put(
                self, Optional.of(new Standing(question.digest(), Optional.of(own), List.of())));
        for (Owner owner : owners.all()) {
            if (owner.isLiving()) {
                standings.put(
                        owner.id(),
                        Optional.ofNullable(answers.get(owner.id())).flatMap(Answer::standing));
            }
        }
        return standings;
    }
}
