package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// Decides who gets a name and tells the [Directory]; owned by the event loop.
///
/// **Taken names.** A node that is restarted may register before the end of its former life has
/// arrived (erlang/otp#11083). So a newcomer waits for at most the grace, and has the name as soon
/// as the holder's connection ends. When the grace is over the system is asked whether the client
/// has closed it, for what says so may be lost; then the newcomer is refused. The holder is never
/// robbed, whatever its port does: an open connection is the only proof of life that EPMD has. A
/// holder without one, an adopted registration, is asked for its proof when somebody waits.
final class Claims {
    private record Waiting(Alive2 request, InetAddress source, Owner owner, Future<?> endOfGrace) {}

    private final Registrations registrations;
    private final Directory directory;
    private final EventExecutor loop;
    private final Duration grace;
    private final HalfOpen halfOpen;

    /// Newcomers by the name that they want, first come first served. Invariant: no empty queue.
    private final Map<NodeName, Deque<Waiting>> waiting = new HashMap<>();

    private boolean closed;

    Claims(
            Registrations registrations,
            Directory directory,
            EventExecutor loop,
            Duration grace,
            HalfOpen halfOpen) {
        this.registrations = registrations;
        this.directory = directory;
        this.loop = loop;
        this.grace = grace;
        this.halfOpen = halfOpen;
    }

    /// As [Registrar#claim].
    void claim(Alive2 request, InetAddress source, Owner owner) {
        switch (registrations.claim(request, source, owner)) {
            case Registrations.Claim.Granted(Registration registration) -> {
                if (tell(registration)) {
                    owner.granted(registration);
                } else {
                    registrations.release(registration);
                    owner.refused(Refusal.FULL);
                }
            }
            case Registrations.Claim.Taken() -> await(request, source, owner);
            case Registrations.Claim.Full() -> owner.refused(Refusal.FULL);
            case Registrations.Claim.OverShare() -> owner.refused(Refusal.OVER_SHARE);
        }
    }

    private boolean tell(Registration registration) {
        try {
            return directory.registered(registration);
        } catch (RuntimeException bug) {
            registrations.release(registration);
            throw bug;
        }
    }

    private void await(Alive2 request, InetAddress source, Owner owner) {
        Future<?> endOfGrace =
                loop.schedule(
                        () -> outwaited(request.name(), owner),
                        grace.toNanos(),
                        TimeUnit.NANOSECONDS);
        waiting.computeIfAbsent(request.name(), _ -> new ArrayDeque<>())
                .addLast(new Waiting(request, source, owner, endOfGrace));
        registrations
                .owner(request.name())
                .ifPresent(holder -> holder.contested(request, source, owner));
    }

    private void outwaited(NodeName name, Owner newcomer) {
        Optional<Owner> holder = registrations.owner(name);
        Optional<Owner.Connection> connection = holder.flatMap(Owner::connection);
        if (holder.isPresent() && connection.isPresent()) {
            halfOpen.check(
                    connection.get(),
                    isHalfOpen -> {
                        if (isHalfOpen) {
                            holder.get().ended();
                        }
                        refuse(name, newcomer);
                    });
        } else {
            refuse(name, newcomer);
        }
    }

    /// Nothing happens if it has the name by now, or went away.
    private void refuse(NodeName name, Owner newcomer) {
        if (endWait(name, newcomer)) {
            newcomer.refused(Refusal.TAKEN);
        }
    }

    /// Gives the name of an adopted registration to the newcomer, which is the same node; nothing
    /// happens if either is gone meanwhile. It may have given up before anybody listened, and its
    /// end may come behind its claim: taken for good, the claim would end the registration.
    ///
    /// @param told of the newcomer's registration, in place of the directory
    void handOver(Registration adopted, Owner newcomer, Consumer<Registration> told) {
        Optional<Waiting> claim =
                waiting.getOrDefault(adopted.name(), new ArrayDeque<>()).stream()
                        .filter(each -> each.owner().equals(newcomer))
                        .findFirst();
        if (closed || claim.isEmpty() || newcomer.hasHungUp() || !registrations.release(adopted)) {
            return;
        }
        withdraw(adopted.name(), newcomer);
        Waiting from = claim.get();
        Registration successor = registrations.claimFreed(from.request(), from.source(), newcomer);
        told.accept(successor);
        newcomer.granted(successor);
    }

    /// As [Registrar#withdraw].
    void withdraw(NodeName name, Owner owner) {
        boolean _ = endWait(name, owner);
    }

    /// Ends the wait of an owner, if it waits.
    ///
    /// @return whether it did
    private boolean endWait(NodeName name, Owner owner) {
        Deque<Waiting> queue = waiting.get(name);
        if (queue == null) {
            return false;
        }
        boolean waited = false;
        for (Iterator<Waiting> each = queue.iterator(); each.hasNext(); ) {
            Waiting next = each.next();
            if (next.owner().equals(owner)) {
                next.endOfGrace().cancel(false);
                each.remove();
                waited = true;
            }
        }
        if (queue.isEmpty()) {
            waiting.remove(name);
        }
        return waited;
    }

    /// As [Registrar#release].
    void release(Registration registration) {
        if (closed || !registrations.release(registration)) {
            return;
        }
        directory.unregistered(registration);
        Deque<Waiting> queue = waiting.get(registration.name());
        if (queue != null) {
            Waiting first = queue.getFirst();
            withdraw(registration.name(), first.owner());
            claim(first.request(), first.source(), first.owner());
        }
    }

    /// As [EpmdServer#adopt].
    void adopt(
            LongFunction<Registration> late,
            Adoptions adoptions,
            Consumer<Optional<Registration>> told) {
        if (!closed) {
            told.accept(
                    registrations.adoptLate(
                            late, each -> new AdoptedOwner(each, adoptions, this, loop)));
        }
    }

    /// From now on the end of a connection is this server's doing and says nothing about a node.
    void close() {
        closed = true;
    }
}
