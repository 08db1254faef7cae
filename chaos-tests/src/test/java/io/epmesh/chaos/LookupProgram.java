package io.epmesh.chaos;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// Looks names up, one after the other, until its standard input ends; a program of its own, since
/// it must run within a host.
final class LookupProgram {
    private static final int EPMD_PORT = 4369;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String CUT_OFF = "cut off";
    private static final long PAUSE_NANOS = 1_000_000;

    private LookupProgram() {}

    /// Prints how many look-ups there were, how many of them were cut off when they had been
    /// accepted, the longest time in milliseconds between two answers for one name, and how often
    /// each other failure was met.
    ///
    /// @param arguments `HOST/NAME/PORT`, as many as are to be looked up
    public static void main(String[] arguments) throws IOException {
        int lookups = 0;
        int cutOff = 0;
        long longest = 0;
        Map<String, Integer> failures = new TreeMap<>();
        long[] answered = new long[arguments.length];
        Arrays.fill(answered, System.nanoTime());
        System.out.println("started");
        while (System.in.available() == 0) {
            int next = lookups++ % arguments.length;
            String[] node = arguments[next].split("/", 3);
            String failure = lookup(node[0], node[1], Integer.parseInt(node[2]));
            if (failure.isEmpty()) {
                long now = System.nanoTime();
                longest = Math.max(longest, now - answered[next]);
                answered[next] = now;
            } else if (failure.equals(CUT_OFF)) {
                cutOff++;
            } else {
                failures.merge(failure + " " + node[1], 1, Integer::sum);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        System.out.println(lookups + " " + cutOff + " " + longest / 1_000_000 + " " + failures);
    }

    /// Why it was not answered; empty if it was.
    private static String lookup(String host, String name, int port) {
        byte[] request =
                ("\0" + (char) (name.length() + 1) + "z" + name)
                        .getBytes(StandardCharsets.ISO_8859_1);
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(host, EPMD_PORT), PATIENCE_MILLIS);
            socket.getOutputStream().write(request);
            byte[] reply = socket.getInputStream().readAllBytes();
            if (reply.length < 2) {
                return CUT_OFF;
            } else if (reply[1] != 0) {
                return "not found";
            }
            int answer = (reply[2] & 0xff) << 8 | (reply[3] & 0xff);
            return answer == port ? "" : "port " + answer;
        } catch (SocketException e) {
            String what = String.valueOf(e.getMessage());
            return what.equals("Connection reset") ? CUT_OFF : what;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
