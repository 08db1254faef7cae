package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.PortPlease2;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Answers look-ups on the doorstep: the request of a stock node has mostly come when its
/// connection is accepted, so it is read at once, and if it is one whole PORT_PLEASE2_REQ the reply
/// is written and the connection closed, before anything is set up for it. All else goes on to
/// [Reception], with the bytes that were read. One for all listeners, on the event loop.
///
/// A channel that is registered, waited for and closed in Netty's order makes five more system
/// calls, and its pipeline costs as much again (`docs/performance.md`). Without epoll there is no
/// descriptor to read, and every connection is received.
@Sharable
final class DoorstepHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(DoorstepHandler.class.getName());
    private static final int LENGTH_BYTES = 2;

    private final RequestHandler requests;
    private final Counters counters;
    private final ByteBuffer in = ByteBuffer.allocateDirect(LENGTH_BYTES + FrameDecoder.MAX_LENGTH);
    private final ByteBuf request = Unpooled.wrappedBuffer(in);
    private final ByteBuf reply = Unpooled.directBuffer();

    DoorstepHandler(RequestHandler requests, Counters counters) {
        this.requests = requests;
        this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        // No addresses: reset between its arrival and its acceptance.
        if (accepted instanceof UnixChannel channel
                && channel.remoteAddress() instanceof InetSocketAddress
                && channel.localAddress() instanceof InetSocketAddress
                && isDone(channel)) {
            channel.unsafe().closeForcibly();
        } else {
            ctx.fireChannelRead(accepted);
        }
    }

    /// Whether nothing is left to do on this connection but to close it.
    private boolean isDone(UnixChannel channel) {
        try {
            int size = channel.fd().read(in, 0, in.capacity());
            if (size <= 0) {
                return false;
            }
            request.setIndex(0, size);
            if (isLookup(size)) {
                return isAnswered(channel);
            }
            keep(channel);
            return false;
        } catch (IOException reset) {
            LOG.log(Level.DEBUG, "connection ended on the doorstep, {0}", reset.getMessage());
            return true;
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "bug in the answer to a look-up", bug);
            return true;
        }
    }

    private boolean isLookup(int size) {
        return size > LENGTH_BYTES
                && request.getUnsignedShort(0) == size - LENGTH_BYTES
                && request.getUnsignedByte(LENGTH_BYTES) == RequestCodec.PORT_PLEASE2;
    }

    private boolean isAnswered(UnixChannel channel) throws IOException {
        PortPlease2 lookup;
        try {
            lookup = RequestCodec.portPlease2(request.skipBytes(LENGTH_BYTES));
        } catch (ProtocolViolation _) {
            // Received as any other, so that it is counted and closed on in one place.
            request.setIndex(0, request.writerIndex());
            keep(channel);
            return false;
        }
        reply.clear();
        ResponseCodec.encode(requests.lookup(channel, lookup.name()), reply);
        counters.count(Counters.Event.CONNECTION);
        counters.count(Counters.Event.REPLY);
        write(channel.fd());
        return true;
    }

    /// The buffer of a new socket holds far more than a reply.
    private void write(FileDescriptor fd) throws IOException {
        int size = reply.readableBytes();
        int written = fd.write(reply.internalNioBuffer(0, size), 0, size);
        if (written < size) {
            throw new IOException("%d bytes written (expected: %d)".formatted(written, size));
        }
    }

    private void keep(Channel channel) {
        byte[] bytes = new byte[request.readableBytes()];
        request.readBytes(bytes);
        channel.pipeline().addLast(new EarlyBytes(Unpooled.wrappedBuffer(bytes)));
    }
}
