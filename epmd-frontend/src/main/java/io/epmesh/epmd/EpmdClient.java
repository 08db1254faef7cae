package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.epmesh.epmd.EpmdResponse.Alive2Result;
import io.epmesh.epmd.EpmdResponse.NamesListing;
import io.epmesh.epmd.EpmdResponse.PortFound;
import io.epmesh.epmd.EpmdResponse.PortNotFound;
import io.epmesh.epmd.EpmdResult.OfAlive;
import io.epmesh.epmd.EpmdResult.OfDump;
import io.epmesh.epmd.EpmdResult.OfKill;
import io.epmesh.epmd.EpmdResult.OfLookup;
import io.epmesh.epmd.EpmdResult.OfNames;
import io.epmesh.epmd.EpmdResult.OfStop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks an EPMD server, ours or the C program, over one connection for each question. Blocking, for
/// tests and tools; usable from any thread.
///
/// @param server where it listens
/// @param timeout positive; bounds each question in all, from connecting to the end of the reply
public record EpmdClient(InetSocketAddress server, Duration timeout) {
    /// Longest reply that is read; NAMES of 65,536 nodes with the longest names has 70 MB.
    private static final int MAX_REPLY = 128 << 20;

    /// Reads the whole reply; what it makes of an empty one is [EpmdResult.Ignored].
    private ByteBuf ask(EpmdRequest request) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try (Socket socket = send(request)) {
            return read(socket, MAX_REPLY, deadline);
        }
    }

    private Socket send(EpmdRequest request) throws IOException {
        ByteBuf bytes = Unpooled.buffer();
        RequestCodec.encode(request, bytes);
        Socket socket = new Socket();
        try {
            socket.connect(server, Math.toIntExact(Math.max(1, timeout.toMillis())));
            socket.getOutputStream().write(bytes.array(), 0, bytes.readableBytes());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Reads until the end of the stream, or until there are so many bytes.
    private static ByteBuf read(Socket socket, int most, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        byte[] chunk = new byte[Math.min(most, 8192)];
        while (reply.size() < most) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException("no whole reply in time");
            }
            socket.setSoTimeout(Math.toIntExact(left));
            int n = in.read(chunk, 0, Math.min(chunk.length, most - reply.size()));
            if (n < 0) {
                break;
            }
            reply.write(chunk, 0, n);
        }
        return Unpooled.wrappedBuffer(reply.toByteArray());
    }

    /// Asks for the names of the server's host.
    ///
    /// @return [EpmdResult.Listed] if it answered
    public OfNames names() {
        try {
            ByteBuf reply = ask(new EpmdRequest.Names());
            if (!reply.isReadable()) {
                return new EpmdResult.Ignored();
            }
            NamesListing listing = ResponseCodec.decodeNames(reply);
            return new EpmdResult.Listed(listing.epmdPort(), listing.names());
        } catch (IOException | ProtocolViolation e) {
            return unavailable(e);
        }
    }

    /// Asks for the port of a node.
    ///
    /// @param name a short name, or a full one if the server is ours
    /// @return [EpmdResult.Found] or [EpmdResult.NotFound] if it answered
    public OfLookup lookup(NodeName name) {
        try {
            ByteBuf reply = ask(new EpmdRequest.PortPlease2(name));
            if (!reply.isReadable()) {
                return new EpmdResult.Ignored();
            }
            return switch (ResponseCodec.decodePort2(reply)) {
                case PortFound(NodeName found, PortInfo info) -> new EpmdResult.Found(found, info);
                case PortNotFound() -> new EpmdResult.NotFound();
            };
        } catch (IOException | ProtocolViolation e) {
            return unavailable(e);
        }
    }

    /// Registers a name, for as long as the connection in the result is open.
    ///
    /// @param name the short name
    /// @param info what look-ups of it shall answer
    /// @return [EpmdResult.Registered] or [EpmdResult.Refused] if it answered
    public OfAlive alive(NodeName name, PortInfo info) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            Socket socket = send(new EpmdRequest.Alive2(name, info));
            OfAlive result = alive(socket, deadline);
            if (!(result instanceof EpmdResult.Registered)) {
                socket.close();
            }
            return result;
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    private OfAlive alive(Socket socket, long deadline) {
        try {
            ByteBuf tag = read(socket, 1, deadline);
            if (!tag.isReadable()) {
                return new EpmdResult.Ignored();
            }
            int rest = ResponseCodec.alive2ResponseLength(tag.getUnsignedByte(0)) - 1;
            ByteBuf reply = Unpooled.wrappedBuffer(tag, read(socket, rest, deadline));
            Alive2Result alive = ResponseCodec.decodeAlive2(reply);
            return alive.result() == 0
                    ? new EpmdResult.Registered(new AliveConnection(socket, alive.creation()))
                    : new EpmdResult.Refused();
        } catch (IOException | ProtocolViolation e) {
            return unavailable(e);
        }
    }

    /// Asks for all that the server remembers.
    ///
    /// @return [EpmdResult.Dumped] if it answered
    public OfDump dump() {
        try {
            ByteBuf reply = ask(new EpmdRequest.Dump());
            return reply.readableBytes() < 4
                    ? new EpmdResult.Ignored()
                    : new EpmdResult.Dumped(
                            reply.readInt(), reply.toString(UTF_8).replace("\0", ""));
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    /// Asks the server to end.
    ///
    /// @return [EpmdResult.Killed] or [EpmdResult.LivingNodes] if it answered
    public OfKill kill() {
        try {
            return switch (ask(new EpmdRequest.Kill()).toString(US_ASCII)) {
                case "OK" -> new EpmdResult.Killed();
                case "NO" -> new EpmdResult.LivingNodes();
                case "" -> new EpmdResult.Ignored();
                case String other -> unexpected(other);
            };
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    /// Asks the server to drop a registration.
    ///
    /// @param name the short name
    /// @return [EpmdResult.Stopped] or [EpmdResult.NoSuchName] if it answered
    public OfStop stop(NodeName name) {
        try {
            return switch (ask(new EpmdRequest.Stop(name)).toString(US_ASCII)) {
                case "STOPPED" -> new EpmdResult.Stopped();
                // The C program says both.
                case "NOEXIST", "NOEXISTSTOPPED" -> new EpmdResult.NoSuchName();
                case "" -> new EpmdResult.Ignored();
                case String other -> unexpected(other);
            };
        } catch (IOException e) {
            return unavailable(e);
        }
    }

    private EpmdResult.Unavailable unexpected(String reply) {
        return new EpmdResult.Unavailable(
                "%s replied \"%s\""
                        .formatted(server, reply.substring(0, Math.min(20, reply.length()))));
    }

    private EpmdResult.Unavailable unavailable(Exception e) {
        return new EpmdResult.Unavailable(server + ": " + e.getMessage());
    }
}
