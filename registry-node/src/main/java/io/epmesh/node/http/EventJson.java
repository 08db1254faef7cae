package io.epmesh.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.epmesh.node.naming.Event;
import java.io.IOException;
import java.io.OutputStream;

/// An event as JSON: `{"id","at","kind",…}` with the fields of its kind, all of them strings.
public final class EventJson {
    private EventJson() {}

    /// Writes one event.
    ///
    /// @param out where to
    /// @param event the event
    /// @throws IOException if the stream does
    public static void write(OutputStream out, Event event) throws IOException {
        try (JsonGenerator json = MeshJson.generator(out)) {
            json.writeStartObject();
            fields(json, event);
            json.writeEndObject();
        }
    }

    /// Writes the fields of an event into an object that is begun.
    ///
    /// @param json inside of the object
    /// @param event the event
    /// @throws IOException if the generator does
    public static void fields(JsonGenerator json, Event event) throws IOException {
        json.writeStringField("id", event.id().toString());
        json.writeStringField("at", event.at().toString());
        json.writeStringField("kind", event.kind());
        for (Event.Field field : event.fields()) {
            json.writeStringField(field.key(), field.value());
        }
    }
}
