package io.epmesh.node.session;

import io.epmesh.node.cables.Way;
import io.epmesh.node.naming.NodeEntry;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A client that registers as a node over the session of a running peer, as Erlang's does.
public final class RegisteringClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    /// What the peer answered.
    ///
    /// @param creation what the node shall use; nothing: refused
    /// @param resume the secret, empty if refused
    public record Outcome(Optional<Long> creation, String resume) {}

    /// Opens a session.
    ///
    /// @param port of the peer on 127.0.0.1
    /// @throws IOException if there is none
    public RegisteringClient(int port) throws IOException {
        this(port, "");
    }

    /// Opens a session.
    ///
    /// @param port of the peer on 127.0.0.1
    /// @param node full name of the client
    /// @throws IOException if there is none
    public RegisteringClient(int port, String node) throws IOException {
        socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        in = new DataInputStream(socket.getInputStream());
        Hello hello = new Hello(MeshCodec.VERSION, MeshCodec.VERSION, node, "", 0);
        socket.getOutputStream().write(MeshCodec.encodeHello(hello));
        read();
    }

    /// Connects to another node, the way that the peer tells.
    ///
    /// @param node full name
    /// @return the connection, the client's to close
    /// @throws IOException if there is no way
    public Socket connectTo(String node) throws IOException {
        Request request = new Request.Way(node, Request.Family.IPV4);
        socket.getOutputStream().write(MeshCodec.encodeRequest(2, request).encode());
        Way way = ((Answer.WayIs) MeshCodec.decodeAnswer(read())).way().orElseThrow();
        return new Socket(way.address(), way.port());
    }

    /// Registers, and waits for the answer.
    ///
    /// @param node full or short name
    /// @param port distribution port
    /// @param creation what the node has
    /// @param resume secret
    /// @return the answer
    /// @throws IOException if there is none
    public Outcome register(String node, int port, Optional<Long> creation, Optional<String> resume)
            throws IOException {
        Request request =
                new Request.Register(node, port, 'M', NodeEntry.Protocol.MODERN, creation, resume);
        socket.getOutputStream().write(MeshCodec.encodeRequest(1, request).encode());
        return MeshCodec.decodeAnswer(read()) instanceof Answer.Registered registered
                ? new Outcome(Optional.of(registered.creation()), registered.resume())
                : new Outcome(Optional.empty(), "");
    }

    private Frame read() throws IOException {
        byte[] bytes = new byte[Frame.checkLength(in.readInt(), Frame.MAX_ANSWER)];
        in.readFully(bytes);
        return Frame.decode(ByteBuffer.wrap(bytes));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
