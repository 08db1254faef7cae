package io.epmesh.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// What somebody who has no business there does to a gossip port; each comes from an address of its
/// own, again and again.
enum Stranger {
    /// Connects and says nothing.
    SILENT(100, 1) {
        @Override
        void visit(Socket socket, Loot loot) throws IOException {
            awaitEnd(socket);
        }
    },
    /// Sends a TLS greeting, a byte each 200 ms.
    DRIPPING(100, 2) {
        @Override
        void visit(Socket socket, Loot loot) throws IOException, InterruptedException {
            OutputStream out = socket.getOutputStream();
            for (byte each : TLS_START) {
                out.write(each);
                TimeUnit.MILLISECONDS.sleep(200);
            }
            awaitEnd(socket);
        }
    },
    /// Sends random bytes.
    GARBAGE(20, 3) {
        @Override
        void visit(Socket socket, Loot loot) throws IOException {
            byte[] garbage = new byte[64 * 1_024];
            ThreadLocalRandom.current().nextBytes(garbage);
            socket.getOutputStream().write(garbage);
            awaitEnd(socket);
        }
    },
    /// Sends JGroups' frames that claim to hold more than there is memory, alone and behind what
    /// looks like a hello.
    CRAFTED(20, 4) {
        @Override
        void visit(Socket socket, Loot loot) throws IOException {
            OutputStream out = socket.getOutputStream();
            if (ThreadLocalRandom.current().nextBoolean()) {
                out.write(new byte[] {'E', 'P', 'M', 'G', 1});
                out.write(new byte[35]);
            }
            out.write(HUNGRY_FRAME);
            awaitEnd(socket);
        }
    },
    /// Sends what a peer has sent to a peer before.
    REPLAYING(20, 5) {
        @Override
        void visit(Socket socket, Loot loot) throws IOException {
            List<byte[]> recorded = loot.recorded();
            if (!recorded.isEmpty()) {
                int any = ThreadLocalRandom.current().nextInt(recorded.size());
                socket.getOutputStream().write(recorded.get(any));
            }
            awaitEnd(socket);
        }
    },
    /// Speaks TLS with a certificate of another mesh, and presses on with a hello.
    FOREIGN(20, 6) {
        @Override
        void visit(Socket socket, Loot loot) throws IOException {
            try (SSLSocket tls =
                    (SSLSocket)
                            loot.foreign().getSocketFactory().createSocket(socket, "m", 1, true)) {
                tls.startHandshake();
                tls.getOutputStream().write(HUNGRY_FRAME);
                awaitEnd(tls);
            }
        }
    };

    /// Start of a record that holds a ClientHello, and of the ClientHello.
    private static final byte[] TLS_START = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3, 7, 7, 7};

    /// Version and flags of a list of messages, and then a count of 2 billion of them.
    private static final byte[] HUNGRY_FRAME = {
        0,
        0,
        0,
        36,
        0x29,
        0x47,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0x7f,
        (byte) 0xff,
        (byte) 0xff,
        (byte) 0xff,
        0x7f,
        (byte) 0xff,
        (byte) 0xff,
        (byte) 0xff,
        0x7f,
        (byte) 0xff,
        (byte) 0xff,
        (byte) 0xff,
        0,
        0,
        0,
        0
    };

    private static final int PATIENCE_MILLIS = 10_000;
    private static final long PAUSE_MILLIS = 20;

    /// What strangers have got hold of.
    ///
    /// @param recorded bytes of connections between peers
    /// @param foreign an identity that is not the mesh's
    record Loot(List<byte[]> recorded, SSLContext foreign) {}

    private final int count;
    private final int network;

    /// @param network second number of the addresses they come from
    Stranger(int count, int network) {
        this.count = count;
        this.network = network;
    }

    /// How many of them there are at a time.
    int count() {
        return count;
    }

    /// One connection, from its start to the end of this stranger's ideas.
    abstract void visit(Socket socket, Loot loot) throws IOException, InterruptedException;

    /// Comes again and again until interrupted.
    ///
    /// @param number of this one among its kind
    void haunt(int number, InetSocketAddress target, Loot loot) {
        try {
            InetAddress from =
                    InetAddress.getByAddress(
                            new byte[] {127, (byte) network, (byte) (number >>> 8), (byte) number});
            while (true) {
                try (Socket socket = new Socket()) {
                    socket.setSoTimeout(PATIENCE_MILLIS);
                    socket.bind(new InetSocketAddress(from, 0));
                    socket.connect(target, PATIENCE_MILLIS);
                    visit(socket, loot);
                } catch (IOException thrownOut) {
                    // and comes again
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("four bytes always are an address", e);
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1_024];
        while (in.read(buffer) >= 0) {}
    }
}
