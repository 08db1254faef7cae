package io.epmesh.node.session;

import java.util.Iterator;
import java.util.function.Function;

/// What another iterator gives, made into answers one by one.
record Mapped<T>(Iterator<T> parts, Function<T, Answer> toAnswer) implements Iterator<Answer> {
    @Override
    public boolean hasNext() {
        return parts.hasNext();
    }

    @Override
    public Answer next() {
        return toAnswer.apply(parts.next());
    }
}
