package io.epmesh.gossip.jgroups;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Waits for the hello of a connection, for 2 s in all however it drips, passes it on, and leaves
/// the pipeline to the frames behind it. Owned by the event loop.
final class HelloDecoder extends ByteToMessageDecoder {
    static final long DEADLINE_MILLIS = 2_000;

    /// The caller is of this mesh, and speaks no version that is spoken here.
    static final class ForeignVersionException extends CorruptedFrameException {
        private static final long serialVersionUID = 1L;

        private ForeignVersionException(Hello.Versions theirs) {
            super(
                    "speaks versions %s (expected: one of %s)"
                            .formatted(theirs, Hello.Versions.OURS));
        }
    }

    private final long mesh;
    private @Nullable Future<?> deadline;

    /// @param mesh of the only mesh that is let in
    HelloDecoder(long mesh) {
        this.mesh = mesh;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline =
                context.executor()
                        .schedule(
                                () -> {
                                    var _ = context.close();
                                },
                                DEADLINE_MILLIS,
                                TimeUnit.MILLISECONDS);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        try {
            if (in.readableBytes() < Hello.LENGTH) {
                Hello.checkStart(in);
                return;
            }
            Hello hello = Hello.decode(in);
            if (hello.mesh() != mesh) {
                throw new CorruptedFrameException(
                        "mesh: %016x (expected: %016x)".formatted(hello.mesh(), mesh));
            }
            if (!Hello.Versions.OURS.hasOneOf(hello.versions())) {
                throw new ForeignVersionException(hello.versions());
            }
            out.add(hello);
            context.pipeline().remove(this);
        } catch (CorruptedFrameException e) {
            in.skipBytes(in.readableBytes()); // or it would be read again at the end
            throw e;
        }
    }
}
