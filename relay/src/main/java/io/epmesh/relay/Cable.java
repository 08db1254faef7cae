package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Two connections joined, or one that waits for the other. Owned by the event loop.
///
/// It ends when both ends have finished, or one is lost on a way that is not stalled; what is lost
/// behind a stalled way is held until the way opens, and the cable is reset then.
final class Cable {
    private final long id;
    private final String source;
    private final String target;
    private final long since = System.nanoTime();
    private final Consumer<Cable> seek;
    private final Consumer<Cable> over;
    private final Channel sourceEnd;
    private final Direction toTarget;
    private @Nullable Channel targetEnd; // null while waiting, as toSource
    private @Nullable Direction toSource;
    private Treatment.Carry treatment;
    private boolean seeking;
    private boolean isOver;

    /// @param seek told once, when the target is to be connected
    /// @param over told once, when nothing of the cable is left
    Cable(
            long id,
            String source,
            String target,
            Channel sourceEnd,
            Treatment.Carry treatment,
            Consumer<Cable> seek,
            Consumer<Cable> over) {
        this.id = id;
        this.source = source;
        this.target = target;
        this.sourceEnd = sourceEnd;
        this.treatment = treatment;
        this.seek = seek;
        this.over = over;
        this.toTarget = new Direction(sourceEnd, treatment.toTarget(), this::endIfFinished);
    }

    long id() {
        return id;
    }

    String source() {
        return source;
    }

    String target() {
        return target;
    }

    Channel sourceEnd() {
        return sourceEnd;
    }

    boolean isOver() {
        return isOver;
    }

    /// Seeks the target, unless the way there is stalled: that would let no connection through.
    void seekTarget() {
        if (!isOver && !seeking && !toTarget.isStalled()) {
            seeking = true;
            seek.accept(this);
        }
    }

    /// The target is connected.
    void join(Channel channel) {
        targetEnd = channel;
        toSource = new Direction(channel, treatment.toSource(), this::endIfFinished);
        toSource.connect(sourceEnd);
        toTarget.connect(channel);
    }

    /// Follows another treatment.
    void govern(Treatment fresh) {
        switch (fresh) {
            case Treatment.Reset() -> reset();
            case Treatment.Carry carry when !carry.equals(treatment) -> carry(carry);
            case Treatment.Carry _ -> {}
        }
    }

    private void carry(Treatment.Carry fresh) {
        treatment = fresh;
        boolean healed =
                heals(toTarget, fresh.toTarget())
                        || (toSource != null && heals(toSource, fresh.toSource()));
        if (healed) {
            reset();
            return;
        }
        toTarget.passage(fresh.toTarget());
        if (toSource != null) {
            toSource.passage(fresh.toSource());
        }
        seekTarget();
    }

    private static boolean heals(Direction direction, Passage fresh) {
        return direction.isLost() && !(fresh instanceof Passage.Stalled);
    }

    void received(Channel end, ByteBuf bytes) {
        Direction direction = from(end);
        if (isOver || direction == null) {
            bytes.release();
        } else {
            direction.received(bytes);
        }
    }

    void readComplete(Channel end) {
        Direction direction = from(end);
        if (direction != null) {
            direction.flush();
        }
    }

    /// An end can take more than before.
    void writable(Channel end) {
        Direction direction = to(end);
        if (!isOver && direction != null) {
            direction.pump();
        }
    }

    /// An end will send no more.
    void ended(Channel end) {
        Direction direction = from(end);
        if (isOver || direction == null) {
            return;
        }
        if (toSource == null) {
            reset(); // the source gave up before there was a target
            return;
        }
        direction.ended();
    }

    /// An end is closed: in order, when both ways have ended, or else the cable is broken.
    void closed(Channel end) {
        Direction incoming = from(end);
        if (isOver || incoming == null) {
            return;
        }
        Direction outgoing = to(end);
        Channel other = end.equals(sourceEnd) ? targetEnd : sourceEnd;
        if (outgoing == null || other == null || !other.isOpen()) {
            reset();
        } else if (incoming.isStalled()) {
            incoming.lost();
            outgoing.pump(); // and reads no more
        } else if (!incoming.isEnded() || !outgoing.isFinished()) {
            reset();
        }
    }

    private void endIfFinished() {
        if (toTarget.isFinished() && toSource != null && toSource.isFinished()) {
            end(false);
        }
    }

    /// Resets both connections.
    void reset() {
        end(true);
    }

    private void end(boolean abruptly) {
        if (isOver) {
            return;
        }
        isOver = true;
        toTarget.close();
        close(sourceEnd, abruptly);
        if (toSource != null) {
            toSource.close();
        }
        if (targetEnd != null) {
            close(targetEnd, abruptly);
        }
        over.accept(this);
    }

    private static void close(Channel channel, boolean abruptly) {
        if (abruptly) {
            abort(channel);
        } else {
            TunnelFrames.closeFlushed(channel);
        }
    }

    /// Closes a connection so that the other side sees a reset.
    static void abort(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        var _ = channel.close();
    }

    private @Nullable Direction from(Channel end) {
        return end.equals(sourceEnd) ? toTarget : toSource;
    }

    private @Nullable Direction to(Channel end) {
        return end.equals(sourceEnd) ? toSource : toTarget;
    }

    CableView view() {
        boolean broken = toTarget.isLost() || (toSource != null && toSource.isLost());
        CableView.State state =
                broken
                        ? CableView.State.BROKEN
                        : toSource == null ? CableView.State.WAITING : CableView.State.JOINED;
        return new CableView(
                id,
                source,
                target,
                state,
                treatment,
                Duration.ofNanos(System.nanoTime() - since),
                toTarget.passedBytes(),
                toSource == null ? 0 : toSource.passedBytes());
    }
}
