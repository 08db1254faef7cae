package io.epmesh.node.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/// The files of the dashboard, which come with the program. Only what is named here is served, and
/// a browser loads and runs nothing from elsewhere in it, nor anything that is written inside of
/// the page: names of nodes come from strangers.
final class Page {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("/", "text/html; charset=utf-8"),
                    Map.entry("/style.css", "text/css; charset=utf-8"),
                    Map.entry("/icon.svg", "image/svg+xml"),
                    Map.entry("/app.js", SCRIPT),
                    Map.entry("/dom.js", SCRIPT),
                    Map.entry("/format.js", SCRIPT),
                    Map.entry("/mesh.js", SCRIPT),
                    Map.entry("/strip.js", SCRIPT),
                    Map.entry("/map.js", SCRIPT),
                    Map.entry("/layout.js", SCRIPT),
                    Map.entry("/cables.js", SCRIPT),
                    Map.entry("/names.js", SCRIPT),
                    Map.entry("/rows.js", SCRIPT),
                    Map.entry("/peers.js", SCRIPT),
                    Map.entry("/events.js", SCRIPT),
                    Map.entry("/node.js", SCRIPT));

    private Page() {}

    static boolean has(String path) {
        return TYPES.containsKey(path);
    }

    /// The answer to one of its paths.
    static Reply reply(String path) {
        String type = TYPES.get(path);
        if (type == null) {
            throw new IllegalArgumentException(path + " (expected: a file of the dashboard)");
        }
        return Reply.of(HttpResponseStatus.OK, read(path), type)
                .with("Content-Security-Policy", POLICY)
                .with("Referrer-Policy", "no-referrer")
                // Asked for each time: another version of the peer may be at the same address.
                .with(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    }

    private static byte[] read(String path) {
        String file = "web" + (path.equals("/") ? "/index.html" : path);
        try (InputStream in = Page.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not among the resources");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
