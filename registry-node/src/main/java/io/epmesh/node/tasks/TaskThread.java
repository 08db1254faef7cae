package io.epmesh.node.tasks;

import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;

/// One thread that does tasks one after the other, now, later or again and again, and tells of each
/// that throws: the executors of the JDK leave the exception in a future, which nobody looks at,
/// and do not repeat the task any more. Any thread may give it tasks.
public final class TaskThread extends ScheduledThreadPoolExecutor {
    private static final System.Logger LOG = System.getLogger(TaskThread.class.getName());

    private final String name;
    private final Consumer<Throwable> onBug;

    /// Starts no thread before the first task.
    ///
    /// @param name of the thread
    /// @param onBug told on that thread what a task has thrown; not after [#shutdown], when what
    ///   the task needs may have ended before it: that is logged
    public TaskThread(String name, Consumer<Throwable> onBug) {
        super(1, task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
        this.name = name;
        this.onBug = onBug;
    }

    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
        super.afterExecute(task, thrown);
        if (task instanceof Future<?> done && done.state() == Future.State.FAILED) {
            Throwable bug = done.exceptionNow();
            if (isShutdown()) {
                LOG.log(Level.WARNING, "{0}: failed while the peer ends: {1}", name, bug);
            } else {
                onBug.accept(bug);
            }
        }
    }
}
