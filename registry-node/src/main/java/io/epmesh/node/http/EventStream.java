package io.epmesh.node.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.epmesh.node.naming.Event;
import io.epmesh.node.naming.EventHistory;
import io.epmesh.node.naming.EventId;
import io.epmesh.node.naming.Mesh;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NameWatch;
import io.epmesh.node.session.WatchBell;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells one connection what happens, for as long as it reads; owned by the thread `http`. Nothing
/// is queued for it but what the socket's buffer takes: what it is told next follows from what it
/// was told last. One that takes nothing for [#PATIENCE_SECONDS] is closed, and may come back with
/// the id of the last event that it got.
final class EventStream extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(EventStream.class.getName());

    static final long PATIENCE_SECONDS = 30;
    static final long HEARTBEAT_SECONDS = 15;

    /// Events in one write.
    private static final int AT_ONCE = 200;

    private final Mesh mesh;
    private final WatchBell bell;
    private final Optional<NameWatch> names;
    private Optional<EventId> known;
    private Iterator<Event> events = Collections.emptyIterator();
    private Iterator<NameUpdate> updates = Collections.emptyIterator();

    /// One object, for the bell knows it by that.
    private Runnable tell = () -> {};

    private @Nullable ScheduledFuture<?> heartbeat;

    /// When the socket took no more; null while it does.
    private @Nullable ScheduledFuture<?> patience;

    /// @param since the last event that the reader knows
    /// @param names what it is told of names; empty: nothing
    EventStream(Mesh mesh, WatchBell bell, Optional<EventId> since, Optional<NameWatch> names) {
        this.mesh = mesh;
        this.bell = bell;
        this.known = since;
        this.names = names;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff")
                .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        ChannelFuture _ = ctx.write(head);
        write(ctx, out -> out.write("retry: 1000\n\n".getBytes(UTF_8)));
        heartbeat =
                ctx.executor()
                        .scheduleAtFixedRate(
                                () -> write(ctx, out -> out.write(":\n\n".getBytes(UTF_8))),
                                HEARTBEAT_SECONDS,
                                HEARTBEAT_SECONDS,
                                TimeUnit.SECONDS);
        tell = () -> tell(ctx);
        bell.add(tell, ctx.executor());
        tell(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        bell.remove(tell);
        cancel(heartbeat);
        cancel(patience);
    }

    /// Writes what there is, by turns with other connections, while the socket takes it.
    private void tell(ChannelHandlerContext ctx) {
        if (!ctx.channel().isActive()) {
            return;
        }
        if (!ctx.channel().isWritable()) {
            wait(ctx);
            return;
        }
        look();
        if (events.hasNext() || updates.hasNext()) {
            write(ctx, this::writeSome);
            ctx.executor().execute(() -> tell(ctx));
        }
    }

    /// Looks for news when all that was known has gone out: events first, so that names are never
    /// older than the events that tell of them.
    private void look() {
        if (!events.hasNext()) {
            EventHistory now = mesh.events();
            events = now.after(known).iterator();
            known = Optional.of(now.last());
        }
        if (!updates.hasNext()) {
            updates =
                    names.flatMap(watch -> watch.news(mesh.history()))
                            .orElse(Collections.emptyIterator());
        }
    }

    private void writeSome(OutputStream out) throws IOException {
        for (int i = 0; i < AT_ONCE && events.hasNext(); i++) {
            Event event = events.next();
            out.write(("id: " + event.id() + "\ndata: ").getBytes(UTF_8));
            EventJson.write(out, event);
            out.write("\n\n".getBytes(UTF_8));
        }
        if (updates.hasNext()) {
            out.write("event: names\ndata: ".getBytes(UTF_8));
            MeshJson.update(out, updates.next());
            out.write("\n\n".getBytes(UTF_8));
        }
    }

    private void write(ChannelHandlerContext ctx, Reply.Body body) {
        if (!ctx.channel().isWritable()) {
            wait(ctx);
            return;
        }
        ByteBuf bytes = Unpooled.buffer();
        try (OutputStream out = new ByteBufOutputStream(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        ChannelFuture _ = ctx.writeAndFlush(new DefaultHttpContent(bytes));
    }

    private void wait(ChannelHandlerContext ctx) {
        if (patience == null) {
            patience = ctx.executor().schedule(() -> drop(ctx), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void drop(ChannelHandlerContext ctx) {
        LOG.log(Level.DEBUG, "http: {0} does not read", ctx.channel());
        ChannelFuture _ = ctx.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            cancel(patience);
            patience = null;
            ctx.executor().execute(() -> tell(ctx));
        }
        ctx.fireChannelWritabilityChanged();
    }

    /// A reader has nothing to say any more.
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
        ChannelFuture _ = ctx.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.log(Level.ERROR, "http: an event stream failed", cause);
        }
        ChannelFuture _ = ctx.close();
    }

    private static void cancel(@Nullable ScheduledFuture<?> future) {
        if (future != null) {
            future.cancel(false);
        }
    }
}
