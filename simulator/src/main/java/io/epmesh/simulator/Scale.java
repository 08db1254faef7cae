package io.epmesh.simulator;

import io.epmesh.simulator.ScaleRun.Event;
import io.epmesh.simulator.ScaleRun.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The command behind `bin/simulate scale`: prints a table, and writes the same as CSV and plots.
final class Scale {
    private static final String CSV_HEADER =
            "peers,event,seconds,rounds,messages,bytes,messages_per_peer,bytes_per_peer,"
                    + "idle_messages_per_peer_second,idle_bytes_per_peer_second";
    private static final int MOST_PEERS = 2_000;

    private final List<Row> rows = new ArrayList<>();

    private Scale() {}

    /// Measures.
    ///
    /// @param args see `bin/simulate`
    public static void main(String[] args) throws IOException {
        try {
            new Scale().run(args);
        } catch (IllegalArgumentException e) {
            System.err.println("simulate scale: " + e.getMessage());
            System.exit(2);
        }
    }

    private void run(String[] args) throws IOException {
        String sizes = "10,30,100,300,1000";
        Path csv = null;
        Path svg = null;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " (expected: a value after it)");
            }
            switch (args[i]) {
                case "--peers" -> sizes = args[i + 1];
                case "--csv" -> csv = Path.of(args[i + 1]);
                case "--svg" -> svg = Path.of(args[i + 1]);
                default ->
                        throw new IllegalArgumentException(
                                args[i] + " (expected: --peers, --csv or --svg)");
            }
        }
        measure(sizes);
        if (csv != null) {
            List<String> lines = new ArrayList<>(List.of(CSV_HEADER));
            rows.forEach(row -> lines.add(row.csv()));
            Files.write(csv, lines);
        }
        if (svg != null) {
            plots(svg);
        }
    }

    private void measure(String sizes) {
        System.out.println(
                "| peers | after | s | rounds | messages a peer | KiB a peer |"
                        + " idle: messages/s a peer | KiB/s a peer |");
        System.out.println("|--:|---|--:|--:|--:|--:|--:|--:|");
        for (String size : sizes.split(",", -1)) {
            int peers = size.matches("[0-9]{1,4}") ? Integer.parseInt(size) : 0;
            if (peers < 2 || peers > MOST_PEERS) {
                throw new IllegalArgumentException(
                        "--peers: '%s' (expected: 2..%d)".formatted(size, MOST_PEERS));
            }
            for (Event event : Event.values()) {
                Row row = ScaleRun.of(event, peers, 1);
                rows.add(row);
                System.out.printf(
                        Locale.ROOT,
                        "| %,d | %s | %.2f | %.1f | %,.0f | %,.1f | %,.0f | %,.1f |%n",
                        peers,
                        text(event),
                        row.nanos() / 1e9,
                        row.rounds(),
                        (double) row.messages() / peers,
                        row.bytes() / 1024.0 / peers,
                        row.idleMessages(),
                        row.idleBytes() / 1024);
            }
        }
    }

    private void plots(Path directory) throws IOException {
        Plot time = new Plot("Virtual time until all peers hold the same", "peers", "seconds");
        Plot bytes = new Plot("Bytes sent by a peer until then", "peers", "bytes");
        for (Event event : Event.values()) {
            List<double[]> seconds = new ArrayList<>();
            List<double[]> sent = new ArrayList<>();
            for (Row row : rows) {
                if (row.event() == event) {
                    seconds.add(new double[] {row.peers(), row.nanos() / 1e9});
                    sent.add(new double[] {row.peers(), (double) row.bytes() / row.peers()});
                }
            }
            time.line(text(event), seconds);
            bytes.line(text(event), sent);
        }
        Files.writeString(directory.resolve("converge-time.svg"), time.svg());
        Files.writeString(directory.resolve("converge-bytes.svg"), bytes.svg());
    }

    private static String text(Event event) {
        return switch (event) {
            case BURST -> "burst of 200 writes";
            case BURST_LOSS -> "the same, 1 % loss";
            case PARTITION -> "halves parted for 6 s";
        };
    }
}
