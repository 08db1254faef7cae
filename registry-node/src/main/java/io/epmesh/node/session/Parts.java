package io.epmesh.node.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/// Cuts a long list into answers, as many elements in each as fit into a frame, and looks at a
/// bounded number of elements for each, so that the event loop serves others in between.
final class Parts<T> implements Iterator<Answer> {
    private static final int MAX_LOOKS = 2_000;

    private final List<T> all;
    private final Predicate<T> wanted;
    private final int max;
    private final BiFunction<Boolean, List<T>, Answer> answer;
    private int position;
    private boolean ended;

    /// @param max elements of one part
    /// @param answer makes an answer of "more" and the elements
    Parts(List<T> all, Predicate<T> wanted, int max, BiFunction<Boolean, List<T>, Answer> answer) {
        this.all = all;
        this.wanted = wanted;
        this.max = max;
        this.answer = answer;
    }

    @Override
    public boolean hasNext() {
        return !ended;
    }

    @Override
    public Answer next() {
        if (ended) {
            throw new NoSuchElementException();
        }
        List<T> part = new ArrayList<>();
        int end = Math.min(all.size(), position + MAX_LOOKS);
        while (position < end && part.size() < max) {
            T element = all.get(position++);
            if (wanted.test(element)) {
                part.add(element);
            }
        }
        ended = position == all.size();
        return answer.apply(!ended, part);
    }
}
