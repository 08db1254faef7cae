package io.epmesh.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Processor time of other processes, of all their threads, ended ones too, user and system: exact
/// where `/proc` counts in steps of 10 ms.
final class ProcessorTime {
    private static final int RUSAGE_CHILDREN = -1;
    private static final long RUSAGE_BYTES = 144;

    /// The clock of a process's scheduled time, as Linux numbers it.
    private static final int CPUCLOCK_SCHED = 2;

    private final MethodHandle clockGettime =
            Namespace.function("clock_gettime", JAVA_INT, ADDRESS);
    private final MethodHandle getrusage = Namespace.function("getrusage", JAVA_INT, ADDRESS);
    private final MemorySegment result = Arena.global().allocate(RUSAGE_BYTES, Long.BYTES);

    /// Of a process that runs, in ns.
    long of(long pid) throws IOException {
        call(clockGettime, (~(int) pid << 3) | CPUCLOCK_SCHED);
        return result.getAtIndex(JAVA_LONG, 0) * 1_000_000_000L + result.getAtIndex(JAVA_LONG, 1);
    }

    /// Of all children of this process that have ended and were waited for, with theirs, in ns.
    long ofEnded() throws IOException {
        call(getrusage, RUSAGE_CHILDREN);
        long seconds = result.getAtIndex(JAVA_LONG, 0) + result.getAtIndex(JAVA_LONG, 2);
        long micros = result.getAtIndex(JAVA_LONG, 1) + result.getAtIndex(JAVA_LONG, 3);
        return seconds * 1_000_000_000L + micros * 1_000L;
    }

    private void call(MethodHandle function, int which) throws IOException {
        int answer;
        try {
            answer = (int) function.invokeExact(which, result);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        if (answer != 0) {
            throw new IOException("no processor time of " + which);
        }
    }
}
