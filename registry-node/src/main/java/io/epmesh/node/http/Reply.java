package io.epmesh.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/// One answer: a status, headers and a body, JSON mostly.
///
/// @param body on the heap
/// @param headers beside those that all answers have
record Reply(HttpResponseStatus status, ByteBuf body, Map<String, String> headers) {
    Reply {
        headers = Map.copyOf(headers);
    }

    static Reply of(HttpResponseStatus status, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            body.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return of(status, bytes.toByteArray(), "application/json");
    }

    /// What is no JSON.
    static Reply of(HttpResponseStatus status, byte[] body, String type) {
        return new Reply(
                status,
                Unpooled.wrappedBuffer(body),
                Map.of(
                        HttpHeaderNames.CONTENT_TYPE.toString(),
                        type,
                        HttpHeaderNames.CACHE_CONTROL.toString(),
                        "no-store"));
    }

    static Reply ok(Body body) {
        return of(HttpResponseStatus.OK, body);
    }

    static Reply error(HttpResponseStatus status, String text) {
        return of(status, out -> MeshJson.texts(out, Map.of("error", text)));
    }

    /// The same with a header more, or with another value of it.
    Reply with(CharSequence header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header.toString(), value);
        return new Reply(status, body, more);
    }

    /// Writes JSON.
    interface Body {
        void write(OutputStream out) throws IOException;
    }
}
