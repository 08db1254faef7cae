package io.epmesh.node;

import io.epmesh.epmd.Adoptions;
import io.epmesh.epmd.Directory;
import io.epmesh.epmd.EpmdServer;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.Registration;
import io.epmesh.node.adoption.AdoptedNodes;
import io.epmesh.node.adoption.KernelBoot;
import io.epmesh.node.adoption.LateNodes;
import io.epmesh.node.adoption.ListeningSockets;
import io.epmesh.node.adoption.Proof;
import io.epmesh.node.adoption.Prover;
import io.epmesh.node.adoption.RecordedNode;
import io.epmesh.node.adoption.Recorder;
import io.epmesh.node.adoption.RegistrationLog;
import io.epmesh.node.handshake.DistributionHandshake;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Restart without loss: remembers this host's registrations while the peer runs, and at its start
/// goes on with those whose nodes prove to be the same. [#adopt] comes before EPMD listens, all
/// else behind it; any thread from then on.
final class Adoption implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Adoption.class.getName());

    /// What the start waits for proofs at the most. Those by socket need a millisecond for all.
    private static final Duration START = Duration.ofMillis(900);

    private static final long FIRST_LOOK_MILLIS = 1_000;
    private static final long LOOK_MILLIS = 3_000;

    private final LocalNodes nodes;
    private final NameLearner learner;
    private final Predicate<InetAddress> mayRegister;
    private final Runnable changed;
    private final Consumer<Throwable> onBug;
    private final Prover prover;
    private final List<RecordedNode> remembered;
    private final long creationFloor;
    private final Optional<Recorder> recorder;
    private final AtomicBoolean verifying = new AtomicBoolean();

    /// Whom the start could not wait for.
    private final List<RecordedNode> late = new ArrayList<>();

    private volatile AdoptedNodes adopted;

    /// Reads what is remembered; where the data directory cannot be used, nothing is.
    ///
    /// @param mayRegister which sources beside this host may have nodes here
    /// @param changed told when what this peer owns has changed
    /// @param onBug told when a broken invariant has stopped it: the peer must stop too
    Adoption(
            Path dataDir,
            LocalNodes nodes,
            NameLearner learner,
            DistributionHandshake handshake,
            Predicate<InetAddress> mayRegister,
            Runnable changed,
            Consumer<Throwable> onBug) {
        this.nodes = nodes;
        this.learner = learner;
        this.mayRegister = mayRegister;
        this.changed = changed;
        this.onBug = onBug;
        this.prover = new Prover(handshake, ListeningSockets::read, OwnAddresses::contains);
        Optional<RegistrationLog> log = open(dataDir);
        this.remembered = log.map(RegistrationLog::nodes).orElse(List.of());
        this.creationFloor = log.map(RegistrationLog::creationFloor).orElse(0L);
        this.recorder =
                log.map(opened ->
                        new Recorder(
                                opened,
                                ListeningSockets::read,
                                OwnAddresses::contains,
                                nodes::said,
                                onBug));
        this.adopted = adoptedNodes(List.of());
    }

    private static Optional<RegistrationLog> open(Path dataDir) {
        try {
            return Optional.of(log(dataDir));
        } catch (IOException e) {
            LOG.log(
                    Level.ERROR,
                    "registrations: not remembered ({0}): a restart would lose them",
                    e.toString());
            return Optional.empty();
        }
    }

    /// Opens the registrations of a data directory, which nobody else has open.
    static RegistrationLog log(Path dataDir) throws IOException {
        return RegistrationLog.open(dataDir.resolve("registrations.journal"), KernelBoot.id());
    }

    /// At least the highest creation that was ever handed out.
    long creationFloor() {
        return creationFloor;
    }

    /// Decides what to go on with.
    ///
    /// @param imported registrations of another epmd, which are newer than the remembered ones
    Adoptions adopt(List<RecordedNode> imported) throws InterruptedException {
        Map<NodeName, RecordedNode> candidates = new LinkedHashMap<>();
        remembered.forEach(node -> candidates.put(node.name(), node));
        imported.forEach(node -> candidates.merge(node.name(), node, Adoption::newer));
        long begin = System.nanoTime();
        Map<RecordedNode, Proof> proofs = prover.prove(candidates.values(), START);
        List<RecordedNode> proven = new ArrayList<>();
        List<NodeName> others = new ArrayList<>();
        for (RecordedNode node : candidates.values()) {
            Proof proof = mayStay(node) ? proofs.getOrDefault(node, Proof.SILENT) : Proof.NONE;
            switch (proof) {
                case PROVEN -> proven.add(node);
                case SILENT, UNASKED -> late.add(node);
                case NONE -> others.add(node.name());
            }
        }
        adopted = adoptedNodes(proven);
        Map<Registration, RecordedNode> begun = new LinkedHashMap<>();
        List<Registration> registrations = adopted.registrations();
        for (int i = 0; i < registrations.size(); i++) {
            nodes.adopted(registrations.get(i), proven.get(i).said());
            begun.put(registrations.get(i), proven.get(i));
        }
        recorder.ifPresent(writing -> writing.begin(begun, late));
        if (!candidates.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "adopted {0} of {1} registrations in {2} ms, without proof: {3},"
                            + " still asked: {4}",
                    proven.size(),
                    candidates.size(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin),
                    others,
                    late.stream().map(RecordedNode::name).toList());
        }
        return adopted;
    }

    /// Whom `register-allow` has allowed once it may no longer allow.
    private boolean mayStay(RecordedNode node) {
        return OwnAddresses.contains(node.source()) || mayRegister.test(node.source());
    }

    /// What is remembered of the same node says more than another epmd does.
    private static RecordedNode newer(RecordedNode remembered, RecordedNode imported) {
        boolean same =
                remembered.socket().isPresent()
                        && remembered.socket().equals(imported.socket())
                        && remembered.info().equals(imported.info());
        return same ? remembered : imported;
    }

    private AdoptedNodes adoptedNodes(List<RecordedNode> proven) {
        return new AdoptedNodes(
                proven,
                prover,
                task -> Thread.ofVirtual().name("contest").start(task),
                this::handedOver);
    }

    /// On the EPMD event loop.
    private void handedOver(Registration before, Registration successor) {
        recorder.ifPresent(writing -> writing.registered(successor));
        if (nodes.handedOver(before, successor)) {
            changed.run();
            learnIfUnsaid(successor);
        }
    }

    private void learnIfUnsaid(Registration registration) {
        if (nodes.holds(registration) && nodes.said(registration).isEmpty()) {
            learner.learn(registration);
        }
    }

    /// The directory, with a memory.
    Directory remembering(Directory directory) {
        return recorder.isPresent() ? new RecordedDirectory(directory, recorder.get()) : directory;
    }

    /// Some node has said who it is.
    void learnt() {
        recorder.ifPresent(Recorder::learnt);
        adopted.learn(nodes::said);
    }

    /// Looks after what was adopted, from now on, and asks those that are late.
    void start(EpmdServer epmd, ScheduledExecutorService scheduler) {
        adopted.registrations().forEach(this::learnIfUnsaid);
        var _ =
                scheduler.scheduleWithFixedDelay(
                        () -> verify(epmd), FIRST_LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        askLate(new LateNodes(late, prover, LateNodes.PAUSES), epmd, scheduler);
    }

    private void askLate(LateNodes waiting, EpmdServer epmd, ScheduledExecutorService scheduler) {
        Asking round =
                () -> {
                    waiting.ask(node -> adoptLate(epmd, node), node -> giveUp(epmd, node));
                    askLate(waiting, epmd, scheduler);
                };
        if (waiting.pause().isPresent()) {
            long millis = waiting.pause().get().toMillis();
            var _ = scheduler.schedule(() -> asking(round), millis, TimeUnit.MILLISECONDS);
        }
    }

    /// A round on a thread of its own, one at a time.
    private void verify(EpmdServer epmd) {
        if (verifying.compareAndSet(false, true)) {
            asking(() -> {
                try {
                    adopted.verify(gone -> drop(epmd, gone));
                } finally {
                    verifying.set(false);
                }
            });
        }
    }

    private interface Asking {
        void run() throws InterruptedException;
    }

    private void asking(Asking task) {
        Thread.ofVirtual()
                .name("adopted")
                .uncaughtExceptionHandler((_, bug) -> onBug.accept(bug))
                .start(() -> {
                    try {
                        task.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RejectedExecutionException e) {
                        // the peer is stopping, and asks nobody any more
                    }
                });
    }

    private void adoptLate(EpmdServer epmd, RecordedNode node) {
        epmd.adopt(
                node::registration,
                adopted,
                registration ->
                        registration.ifPresentOrElse(
                                each -> adoptedLate(each, node), () -> forget(node)));
    }

    /// On the EPMD event loop.
    private void adoptedLate(Registration registration, RecordedNode node) {
        adopted.add(registration, node);
        nodes.adopted(registration, node.said());
        recorder.ifPresent(writing -> writing.adopted(registration, node));
        LOG.log(Level.INFO, "adopted late, its node proves to live: {0}", node.name());
        changed.run();
        learnIfUnsaid(registration);
    }

    /// By way of the event loop, which has ended when a peer that stops breaks off its questions.
    private void giveUp(EpmdServer epmd, RecordedNode node) {
        epmd.executor()
                .execute(() -> {
                    LOG.log(
                            Level.INFO,
                            "not adopted, its node does not prove to live: {0}",
                            node.name());
                    forget(node);
                });
    }

    private void forget(RecordedNode node) {
        recorder.ifPresent(writing -> writing.forget(node));
    }

    private static void drop(EpmdServer epmd, Registration gone) {
        LOG.log(Level.INFO, "no longer adopted, its node does not prove to live: {0}", gone.name());
        epmd.drop(gone);
    }

    @Override
    public void close() {
        recorder.ifPresent(Recorder::close);
    }
}
