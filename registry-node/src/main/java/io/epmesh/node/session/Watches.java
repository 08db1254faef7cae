package io.epmesh.node.session;

import io.epmesh.node.naming.Mesh;
import io.netty.util.concurrent.EventExecutor;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The watches of one session, told of what changes as the socket takes it. A watch is what its
/// client knows: what it is told next follows from that and from the history, so nothing is queued
/// for it. Owned by the event loop of the session.
final class Watches {
    static final int MAX = 256;

    private final Mesh mesh;
    private final WatchBell bell;
    private final SessionOutput output;
    private final Map<Long, Told> watches = new LinkedHashMap<>();

    /// One object, for the bell knows it by that.
    private final Runnable tellAll = this::tellAll;

    /// What somebody is told.
    interface Watch {
        /// What to tell next; nothing while the client knows all. The first time always something.
        Optional<Iterator<Answer>> news(Mesh mesh);
    }

    private static final class Told {
        private final Watch watch;

        /// Header of the answers.
        private final Frame request;

        private boolean telling;

        Told(Watch watch, Frame request) {
            this.watch = watch;
            this.request = request;
        }
    }

    Watches(Mesh mesh, WatchBell bell, SessionOutput output) {
        this.mesh = mesh;
        this.bell = bell;
        this.output = output;
    }

    /// Begins a watch, about which nothing was told yet; or says that there are too many.
    ///
    /// @throws IllegalArgumentException if there is one of that number
    void begin(Frame frame, Watch watch, EventExecutor loop) {
        if (watches.size() >= MAX) {
            String text = "watches of this session: %d (expected: no more)".formatted(MAX);
            output.write(frame, Answer.Failure.of(ErrorCode.LIMIT, text));
            return;
        }
        if (watches.containsKey(frame.request())) {
            throw new IllegalArgumentException(
                    "request: %d (expected: not that of a watch)".formatted(frame.request()));
        }
        Frame header = new Frame(frame.type(), frame.request(), ByteBuffer.allocate(0));
        watches.put(frame.request(), new Told(watch, header));
        bell.add(tellAll, loop);
        tell(frame.request());
    }

    void end(long request) {
        if (watches.remove(request) != null) {
            output.cancel(request);
            if (watches.isEmpty()) {
                close();
            }
        }
    }

    /// Nobody is told any more.
    void close() {
        bell.remove(tellAll);
    }

    private void tellAll() {
        List.copyOf(watches.keySet()).forEach(this::tell);
    }

    /// Tells a watch its news, and then what has come up meanwhile.
    private void tell(long request) {
        Told told = watches.get(request);
        if (told == null || told.telling) {
            return;
        }
        told.watch
                .news(mesh)
                .ifPresent(parts -> {
                    told.telling = true;
                    output.send(
                            told.request,
                            parts,
                            () -> {
                                told.telling = false;
                                tell(request);
                            });
                });
    }
}
