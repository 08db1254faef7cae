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

/// Tells those who watch when something has changed: at once, and after that not for a pause, so
/// that the changes of a burst go out together. Owned by one event loop, that of all who watch; the
/// mesh rings from its own threads.
public final class WatchBell {
    static final long PAUSE_NANOS = 2_000_000;

    /// Sessions that are told before the loop serves others.
    private static final int AT_ONCE = 64;

    private final Mesh mesh;
    private final long pauseNanos;
    private final Set<Runnable> sessions = new LinkedHashSet<>();

    /// Set from the first ring until the sessions are told.
    private final AtomicBoolean rung = new AtomicBoolean();

    /// Null while nobody watches.
    private @Nullable Runnable unsubscribe;

    /// By the clock of the loop.
    private long toldAt;

    /// Hangs one up.
    ///
    /// @param mesh which rings it
    /// @param pauseNanos after each time that it was heard
    public WatchBell(Mesh mesh, long pauseNanos) {
        this.mesh = mesh;
        this.pauseNanos = pauseNanos;
    }

    /// Has somebody told.
    ///
    /// @param session called on the loop when something has changed
    /// @param loop always the same
    public void add(Runnable session, EventExecutor loop) {
        sessions.add(session);
        if (unsubscribe == null) {
            toldAt = loop.ticker().nanoTime() - pauseNanos;
            unsubscribe = mesh.onChange(() -> ring(loop));
        }
    }

    /// Has somebody told no longer.
    ///
    /// @param session as it was added
    public void remove(Runnable session) {
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
        long pause = toldAt + pauseNanos - loop.ticker().nanoTime();
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
