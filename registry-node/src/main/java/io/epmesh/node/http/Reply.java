package io.epmesh.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/// One answer: a status and JSON.
///
/// @param status the status
/// @param json the body, on the heap
/// @param allow the method that the resource has
record Reply(HttpResponseStatus status, ByteBuf json, String allow) {
    static Reply of(HttpResponseStatus status, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            body.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return new Reply(status, Unpooled.wrappedBuffer(bytes.toByteArray()), "GET");
    }

    static Reply ok(Body body) {
        return of(HttpResponseStatus.OK, body);
    }

    static Reply error(HttpResponseStatus status, String text) {
        return of(status, out -> MeshJson.texts(out, Map.of("error", text)));
    }

    Reply allowing(String method) {
        return new Reply(status, json, method);
    }

    /// Writes JSON.
    interface Body {
        void write(OutputStream out) throws IOException;
    }
}
