package io.epmesh.gossip.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A process that writes numbered records into a journal until it is killed, and says of each when
/// it is durable. Now and then a record replaces all before it.
public final class JournalProcess {
    private JournalProcess() {}

    /// Runs until it is killed, or the disk refuses.
    ///
    /// @param arguments the file, how many records to write before each rewrite, and the number to
    ///   begin with
    /// @throws IOException if the journal cannot be opened
    public static void main(String[] arguments) throws IOException {
        int perRewrite = Integer.parseInt(arguments[1]);
        long next = Long.parseLong(arguments[2]);
        Journal journal = Journal.open(Path.of(arguments[0])).journal();
        while (true) {
            try {
                if (next % perRewrite == 0) {
                    journal.rewrite(List.of(payload(next)));
                } else {
                    journal.append(payload(next));
                    journal.force();
                }
            } catch (IOException e) {
                System.out.println("refused " + e.getMessage());
                System.out.flush();
                return;
            }
            System.out.println(next);
            System.out.flush();
            next++;
        }
    }

    /// A record that names its number, and is as long as that makes it.
    static byte[] payload(long number) {
        return (number + " " + "x".repeat((int) (number % 700))).getBytes(StandardCharsets.UTF_8);
    }

    /// The number of a whole record.
    static long number(byte[] payload) {
        String text = new String(payload, StandardCharsets.UTF_8);
        long number = Long.parseLong(text.substring(0, text.indexOf(' ')));
        if (!Arrays.equals(payload, payload(number))) {
            throw new AssertionError("not the record of " + number + ": " + text);
        }
        return number;
    }
}
