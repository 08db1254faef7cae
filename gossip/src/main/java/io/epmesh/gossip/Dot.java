package io.epmesh.gossip;

/// One write of one writer: the event that a mapping's presence is traced to.
///
/// @param writer who wrote
/// @param counter the writer's own count of its writes, contiguous from 1
public record Dot(WriterId writer, long counter) implements Comparable<Dot> {
    /// Checks the range.
    public Dot {
        if (counter < 1) {
            throw new IllegalArgumentException("counter: %d (expected: >= 1)".formatted(counter));
        }
    }

    @Override
    public int compareTo(Dot other) {
        int byWriter = writer.compareTo(other.writer);
        return byWriter != 0 ? byWriter : Long.compare(counter, other.counter);
    }
}
