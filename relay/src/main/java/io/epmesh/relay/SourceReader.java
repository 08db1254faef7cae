package io.epmesh.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Reads from a new connection who opened it: its first message of the distribution handshake
/// ("Erlang Distribution Protocol", section "Distribution Handshake") names it.
///
/// ```
/// length:16 'n' version:16 flags:32 name
/// length:16 'N' flags:64 creation:32 nameLength:16 name
/// ```
///
/// Owned by the event loop. Hands on all that was read, and leaves the pipeline.
final class SourceReader extends ChannelInboundHandlerAdapter {
    /// Longest first message: the longest name, and as much again.
    static final int MAX_BYTES = 2_048;

    /// The flag of a node that has no name yet and says its host alone (`-sname undefined`).
    private static final long NAME_ME = 1L << 33;

    private final BiConsumer<Optional<String>, ByteBuf> done;
    private ByteBuf read = Unpooled.EMPTY_BUFFER;

    /// @param done gets the name, if the message says it, and the bytes, which it owns
    SourceReader(BiConsumer<Optional<String>, ByteBuf> done) {
        this.done = done;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        read = context.alloc().buffer(256, 1 << 20);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        read.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        read.writeBytes(bytes);
        bytes.release();
        if (isWhole()) {
            ByteBuf all = read.retain();
            Optional<String> name = name(all.duplicate()).filter(TunnelCodec::isName);
            context.pipeline().remove(this);
            done.accept(name, all);
        }
    }

    /// Whether the first message is there, or can never be.
    private boolean isWhole() {
        int readable = read.readableBytes();
        if (readable >= 3 && read.getByte(2) != 'n' && read.getByte(2) != 'N') {
            return true;
        }
        return readable >= MAX_BYTES || (readable >= 2 && readable >= 2 + read.getUnsignedShort(0));
    }

    private static Optional<String> name(ByteBuf in) {
        int length = in.readUnsignedShort();
        if (length > in.readableBytes()) {
            return Optional.empty();
        }
        ByteBuf message = in.readSlice(length);
        if (length > 1 + 2 + 4 && message.getByte(0) == 'n') {
            return text(message.skipBytes(1 + 2 + 4));
        }
        if (length > 1 + 8 + 4 + 2 && message.getByte(0) == 'N') {
            long flags = message.getLong(1);
            int nameLength = message.getUnsignedShort(1 + 8 + 4);
            message.skipBytes(1 + 8 + 4 + 2);
            if (nameLength < 1 || nameLength > message.readableBytes()) {
                return Optional.empty();
            }
            Optional<String> name = text(message.readSlice(nameLength));
            return (flags & NAME_ME) == 0 ? name : name.map(host -> "?@" + host);
        }
        return Optional.empty();
    }

    private static Optional<String> text(ByteBuf bytes) {
        String name = bytes.toString(StandardCharsets.UTF_8);
        boolean plain = name.chars().noneMatch(c -> Character.isISOControl(c) || c == '\ufffd');
        return plain ? Optional.of(name) : Optional.empty();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            var _ = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
