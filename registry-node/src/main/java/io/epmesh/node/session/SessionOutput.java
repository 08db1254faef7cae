package io.epmesh.node.session;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;

/// What one session writes: answers at once, long ones part by part and by turns, while the socket
/// takes them. Owned by the event loop of its channel.
final class SessionOutput {
    private final Channel channel;
    private final Queue<Sending> sendings = new ArrayDeque<>();
    private boolean scheduled;
    private boolean ended;

    /// @param request whose answer it is
    /// @param parts what is still to be sent
    /// @param sent run behind the last part
    private record Sending(Frame request, Iterator<Answer> parts, Runnable sent) {}

    SessionOutput(Channel channel) {
        this.channel = channel;
    }

    /// Sends an answer in parts, the first not before this returns.
    void send(Frame request, Iterator<Answer> parts, Runnable sent) {
        sendings.add(new Sending(request, parts, sent));
        schedule();
    }

    /// Sends no more of the answer to a request.
    void cancel(long request) {
        sendings.removeIf(sending -> sending.request().request() == request);
    }

    /// Goes on, if the socket takes more.
    void schedule() {
        if (!scheduled && !sendings.isEmpty() && channel.isWritable()) {
            scheduled = true;
            channel.eventLoop()
                    .execute(() -> {
                        scheduled = false;
                        sendPart();
                    });
        }
    }

    /// Sends one part and lets the loop serve others before the next.
    private void sendPart() {
        if (!channel.isWritable()) {
            return;
        }
        Sending sending = sendings.poll();
        if (sending == null) {
            return;
        }
        boolean fitted = write(sending.request(), sending.parts().next());
        if (fitted && sending.parts().hasNext()) {
            sendings.add(sending);
        } else {
            sending.sent().run();
        }
        schedule();
    }

    /// Returns whether the answer fitted into a frame; else an error went out in its place.
    boolean write(Frame request, Answer answer) {
        if (ended) {
            return true;
        }
        Frame frame = MeshCodec.encodeAnswer(request.type(), request.request(), answer);
        boolean fits = frame.fits();
        if (!fits) {
            String text =
                    "answer of %d bytes (expected: at most %d)"
                            .formatted(frame.body().remaining(), Frame.MAX_ANSWER);
            frame =
                    MeshCodec.encodeAnswer(
                            request.type(),
                            request.request(),
                            Answer.Failure.of(ErrorCode.TOO_LARGE, text));
        }
        channel.writeAndFlush(Unpooled.wrappedBuffer(frame.encode()))
                .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        return fits;
    }

    /// Sends this and closes the channel.
    void close(long request, Answer.Failure failure) {
        end();
        Frame error = MeshCodec.encodeAnswer(0, request, failure);
        channel.writeAndFlush(Unpooled.wrappedBuffer(error.encode()))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /// Nothing more is sent.
    void end() {
        ended = true;
        sendings.clear();
    }
}
