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
import java.util.Optional;

/// Turns away who may not ask, and answers look-ups on the doorstep: the request of a stock node
/// has mostly come when its connection is accepted, so it is read at once, and if it is one whole
/// PORT_PLEASE2_REQ the reply is written and the connection closed, before anything is set up for
/// it. All else goes on to [Reception], with the bytes that were read. One for all listeners, on
/// the event loop.
///
/// A channel that is registered, waited for and closed in Netty's order makes five more system
/// calls, and its pipeline costs as much again (`docs/performance.md`). Without epoll there is no
/// descriptor to read, and every connection is received.
@Sharable
final class DoorstepHandler extends ChannelInboundHandlerAdapter {
    /// A name and an Extra field of 1,020 bytes each, and the fixed fields.
    private static final int MAX_REPLY_BYTES = 4_096;

    private static final System.Logger LOG = System.getLogger(DoorstepHandler.class.getName());
    private static final int LENGTH_BYTES = 2;

    private final Admission admission;
    private final RequestHandler requests;
    private final Counters counters;
    private final ByteBuffer in = ByteBuffer.allocateDirect(FrameDecoder.READ_BYTES);
    private final ByteBuf request = Unpooled.wrappedBuffer(in);
    private final ByteBuf reply =
            Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(MAX_REPLY_BYTES)).clear();

    DoorstepHandler(Admission admission, RequestHandler requests, Counters counters) {
        this.admission = admission;
        this.requests = requests;
        this.counters = counters;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        // No addresses: reset between its arrival and its acceptance.
        if (accepted instanceof Channel channel
                && channel.remoteAddress() instanceof InetSocketAddress
                && channel.localAddress() instanceof InetSocketAddress
                && (isTurnedAway(channel)
                        || (channel instanceof UnixChannel unix && isDone(unix)))) {
            channel.unsafe().closeForcibly();
        } else {
            ctx.fireChannelRead(accepted);
        }
    }

    private boolean isTurnedAway(Channel channel) {
        if (admission.mayAsk(channel)) {
            return false;
        }
        counters.count(Counters.Event.CONNECTION);
        return true;
    }

    /// Whether nothing is left to do on this connection but to close it.
    private boolean isDone(UnixChannel channel) {
        try {
            int size = channel.fd().read(in, 0, in.capacity());
            if (size <= 0) {
                return false;
            }
            request.setIndex(0, size);
            Optional<NodeName> name = lookedUp();
            if (name.isPresent() && !requests.detours(channel)) {
                answer(channel, name.get());
                return true;
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

    /// The name, if the bytes are one whole look-up and nothing else.
    private Optional<NodeName> lookedUp() {
        int size = request.readableBytes();
        if (size > LENGTH_BYTES
                && request.getUnsignedShort(0) == size - LENGTH_BYTES
                && request.getUnsignedByte(LENGTH_BYTES) == RequestCodec.PORT_PLEASE2) {
            try {
                ByteBuf body = request.slice(LENGTH_BYTES, size - LENGTH_BYTES);
                if (RequestCodec.decode(body) instanceof PortPlease2(NodeName name)) {
                    return Optional.of(name);
                }
            } catch (ProtocolViolation _) {
                // Received as any other, so that it is counted and closed on in one place.
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private void answer(UnixChannel channel, NodeName name) throws IOException {
        reply.clear();
        ResponseCodec.encode(requests.lookup(channel, name), reply);
        counters.count(Counters.Event.CONNECTION);
        counters.count(Counters.Event.REPLY);
        write(channel.fd());
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
