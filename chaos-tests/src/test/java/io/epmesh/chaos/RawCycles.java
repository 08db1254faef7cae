package io.epmesh.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/// Registers one name again and again, each time as soon as the connection that had it is closed; a
/// program of its own, since it must run within a host.
final class RawCycles {
    private RawCycles() {}

    /// Prints how many were refused.
    ///
    /// @param arguments the EPMD port, and how many cycles
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        int cycles = Integer.parseInt(arguments[1]);
        byte[] request = Claimant.request("cycle", 4711);
        int refused = 0;
        for (int i = 0; i < cycles; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write(request);
                byte[] reply = socket.getInputStream().readNBytes(6);
                if (reply.length != 6 || reply[0] != 118) {
                    throw new IOException("cycle " + i + ": " + reply.length + " bytes");
                }
                refused += reply[1];
            }
        }
        System.out.println(refused);
    }
}
