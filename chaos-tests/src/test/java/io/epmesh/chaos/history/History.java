package io.epmesh.chaos.history;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// All operations of a run, in the order of their ends: in memory and, a line of JSON each, in a
/// file. Any thread.
public final class History implements AutoCloseable {
    private final long originNanos = System.nanoTime();
    private final long originMillis = System.currentTimeMillis();
    private final List<Operation> operations = new ArrayList<>();
    private final BufferedWriter file;

    /// Begins an empty one; its time starts now.
    ///
    /// @param file where its lines go
    /// @throws IOException if it cannot be written
    public History(Path file) throws IOException {
        this.file = Files.newBufferedWriter(file);
    }

    /// The time of the run.
    ///
    /// @return microseconds since the start
    public long now() {
        return (System.nanoTime() - originNanos) / 1_000;
    }

    /// A moment on the wall clock in the time of the run.
    ///
    /// @param wallMillis since 1970
    /// @return microseconds since the start, 0 for what was before it
    public long at(long wallMillis) {
        return Math.max(0, (wallMillis - originMillis) * 1_000);
    }

    /// Adds an operation that ends now.
    ///
    /// @param process who
    /// @param function what
    /// @param outcome how it ended
    /// @param start when it began
    /// @param value its fields
    public void add(
            String process,
            String function,
            Outcome outcome,
            long start,
            Map<String, String> value) {
        add(new Operation(process, function, outcome, start, now(), value));
    }

    /// Adds an operation.
    ///
    /// @param operation that has ended
    public synchronized void add(Operation operation) {
        operations.add(operation);
        try {
            file.write(operation.toJson());
            file.newLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What happened so far.
    ///
    /// @return all operations
    public synchronized List<Operation> operations() {
        return List.copyOf(operations);
    }

    /// Makes the file hold all that was added.
    public synchronized void flush() {
        try {
            file.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads the file of a run.
    ///
    /// @param file that a history has written
    /// @return all operations
    /// @throws IOException if it cannot be read
    public static List<Operation> read(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.map(Operation::parse).toList();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
