package io.epmesh.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The socket calls of Linux without a layer between, so that the loader costs next to nothing
/// beside the kernel. One thread.
final class Libc {
    /// What a call answers when it would have to wait.
    static final int WOULD_BLOCK = -1;

    static final int EPOLLRDHUP = 0x2000;

    private static final int AF_INET = 2;
    private static final int SOCK_STREAM_CLOEXEC = 0x80001;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int EAGAIN = 11;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private final MethodHandle socket = function("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private final MethodHandle connect = function("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private final MethodHandle send = function("send", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private final MethodHandle recv = function("recv", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private final MethodHandle close = function("close", JAVA_INT);
    private final MethodHandle epollCreate = function("epoll_create1", JAVA_INT);
    private final MethodHandle epollCtl =
            function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private final MethodHandle epollWait =
            function("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

    private final MemorySegment state = Arena.global().allocate(STATE);

    /// The restricted method is the point of this class.
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// A blocking TCP socket of IPv4.
    int socket() throws IOException {
        try {
            return checked(
                    "socket", (int) socket.invokeExact(state, AF_INET, SOCK_STREAM_CLOEXEC, 0));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// Connects, which on loopback never waits while the server's backlog has room.
    ///
    /// @param address a `sockaddr_in`
    void connect(int fd, MemorySegment address) throws IOException {
        try {
            checked("connect", (int) connect.invokeExact(state, fd, address, 16));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    void send(int fd, MemorySegment bytes) throws IOException {
        long size = bytes.byteSize();
        int sent;
        try {
            // Declared as int: all sizes here are small.
            sent = (int) send.invokeExact(state, fd, bytes, size, MSG_NOSIGNAL);
        } catch (Throwable e) {
            throw rethrown(e);
        }
        if (checked("send", sent) != size) {
            throw new IOException("send: %d of %d bytes".formatted(sent, size));
        }
    }

    /// Reads what is there.
    ///
    /// @return bytes read, 0 at the end of the stream, [#WOULD_BLOCK] if none are there yet
    int recv(int fd, MemorySegment into) throws IOException {
        try {
            int n = (int) recv.invokeExact(state, fd, into, into.byteSize(), MSG_DONTWAIT);
            return n == -1 && errno() == EAGAIN ? WOULD_BLOCK : checked("recv", n);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    void close(int fd) throws IOException {
        try {
            checked("close", (int) close.invokeExact(state, fd));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    int epollCreate() throws IOException {
        try {
            return checked("epoll_create1", (int) epollCreate.invokeExact(state, EPOLL_CLOEXEC));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// Adds a descriptor to those that an epoll watches.
    ///
    /// @param event a `struct epoll_event`
    void epollAdd(int epoll, int fd, MemorySegment event) throws IOException {
        try {
            checked(
                    "epoll_ctl",
                    (int) epollCtl.invokeExact(state, epoll, EPOLL_CTL_ADD, fd, event));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /// Waits for events.
    ///
    /// @return how many events there are, 0 when the time is over
    int epollWait(int epoll, MemorySegment events, int most, int millis) throws IOException {
        try {
            return checked(
                    "epoll_wait", (int) epollWait.invokeExact(state, epoll, events, most, millis));
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private int checked(String call, int result) throws IOException {
        if (result < 0) {
            throw new IOException("%s: errno %d".formatted(call, errno()));
        }
        return result;
    }

    private int errno() {
        return (int) ERRNO.get(state, 0L);
    }

    private static IOException rethrown(Throwable failure) {
        return switch (failure) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError(e);
        };
    }
}
