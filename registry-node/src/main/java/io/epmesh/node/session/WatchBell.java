package io.epmesh.node.session;

import io.epmesh.node.naming.Mesh;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Tells the sessions that watch when names have changed: at once, and after that not for
/// [#PAUSE_NANOS], so that the changes of a burst go out together. Owned by the event loop of the
/// sessions; the mesh rings from its own thread.
final class WatchBell {
    static final long PAUSE_NANOS = 2_000_000;

    /// Sessions that are told before the loop serves others.
    private static final int AT_ONCE = 64;

    private final Mesh mesh;
    private final Set<Runnable> sessions = new LinkedHashSet<>();

    /// Set from the first ring until the sessions are told.
    private final AtomicBoolean rung = new AtomicBoolean();

    /// Null while nobody watches.
    private @Nullable Runnable unsubscribe;

    /// By the clock of the loop.
    private long toldAt;

    WatchBell(Mesh mesh) {
        this.mesh = mesh;
    }

    /// @param session called on the loop when names have changed
    void add(Runnable session, EventExecutor loop) {
        sessions.add(session);
        if (unsubscribe == null) {
            toldAt = loop.ticker().nanoTime() - PAUSE_NANOS;
            unsubscribe = mesh.onChange(() -> ring(loop));
        }
    }

    void remove(Runnable session) {
        sessions.remove(session);
        if (sessions.isEmpty() && unsubscribe != null) {
            unsubscribe.run();
            unsubscribe = null;
        }
    }

    private void ring(EventExecutor loop) {
        if (!rung.getAndSet(true)) {
            try {
                loop.execute(() -> hear(loop));
            } catch (RejectedExecutionException ended) {
                // and with it the sessions
            }
        }
    }

    private void hear(EventExecutor loop) {
        long pause = toldAt + PAUSE_NANOS - loop.ticker().nanoTime();
        if (pause > 0) {
            Future<?> _ = loop.schedule(() -> tell(loop), pause, TimeUnit.NANOSECONDS);
        } else {
            tell(loop);
        }
    }

    private void tell(EventExecutor loop) {
        rung.set(false); // before the sessions look: what comes now rings again
        toldAt = loop.ticker().nanoTime();
        tell(List.copyOf(sessions).iterator(), loop);
    }

    private void tell(Iterator<Runnable> rest, EventExecutor loop) {
        for (int i = 0; i < AT_ONCE && rest.hasNext(); i++) {
            rest.next().run();
        }
        if (rest.hasNext()) {
            loop.execute(() -> tell(rest, loop));
        }
    }
}
