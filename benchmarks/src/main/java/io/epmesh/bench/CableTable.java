package io.epmesh.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The cables of a mesh as a peer tells them over HTTP, and orders for them. One thread.
final class CableTable {
    private static final long ORDERED_NANOS = 10_000_000_000L;
    private static final Pattern ROW =
            Pattern.compile("\"source\":\"([^\"]*)\".*?\"toTarget\":\\{\"effect\":\"(\\w+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String api;

    /// @param source full name
    /// @param effect on what it sends
    record Row(String source, String effect) {}

    CableTable(int port) {
        this.api = "http://127.0.0.1:%d/api/v1/cables".formatted(port);
    }

    /// What all relays have.
    ///
    /// @throws IOException if one does not answer
    List<Row> rows() throws IOException, InterruptedException {
        String body = send(HttpRequest.newBuilder(URI.create(api)).build());
        if (!body.contains("\"silent\":[]")) {
            String end = body.substring(Math.max(0, body.length() - 200));
            throw new IOException("a relay is silent: " + end);
        }
        List<Row> rows = new ArrayList<>();
        Matcher matcher = ROW.matcher(body);
        while (matcher.find()) {
            rows.add(new Row(matcher.group(1), matcher.group(2)));
        }
        return rows;
    }

    /// Waits until both relays treat the cables of some sources as ordered.
    ///
    /// @param prefix of the sources' names; all others are open, always
    /// @return how many rows there were
    /// @throws IOException if another cable is not open, or the order is not followed
    int check(String prefix, String effect) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + ORDERED_NANOS;
        while (true) {
            List<Row> rows = rows();
            boolean isDone = true;
            for (Row row : rows) {
                boolean isMeant = row.source().startsWith(prefix);
                if (!isMeant && !row.effect().equals("open")) {
                    throw new IOException("nobody ordered this: " + row);
                }
                isDone &= !isMeant || row.effect().equals(effect);
            }
            if (isDone) {
                return rows.size();
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("not %s within 10 s".formatted(effect));
            }
        }
    }

    /// Cuts or fixes.
    ///
    /// @param what `cut` or `fix`
    void order(String what, String left, String right) throws IOException, InterruptedException {
        String _ =
                send(
                        HttpRequest.newBuilder(URI.create(api + "/" + what))
                                .header("X-Epmesh", "1")
                                .POST(
                                        BodyPublishers.ofString(
                                                "{\"left\":[\"%s\"],\"right\":[\"%s\"]}"
                                                        .formatted(left, right)))
                                .build());
    }

    private String send(HttpRequest request) throws IOException, InterruptedException {
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "%s: %d %s".formatted(request, answer.statusCode(), answer.body()));
        }
        return answer.body();
    }
}
