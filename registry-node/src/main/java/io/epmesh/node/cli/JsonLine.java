package io.epmesh.node.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.epmesh.node.http.EventJson;
import io.epmesh.node.naming.Event;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Stream;

/// One JSON object a line: `{"at","level","source","message"}`, with `"thrown"` where there is a
/// stack trace; an event has its own fields in place of the message.
final class JsonLine extends Formatter {
    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    @Override
    public String format(LogRecord entry) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(line)) {
            json.writeStartObject();
            Optional<Event> event = event(entry);
            if (event.isEmpty()) {
                json.writeStringField("at", Instant.ofEpochMilli(entry.getMillis()).toString());
            }
            json.writeStringField("level", OneLine.level(entry.getLevel()));
            json.writeStringField("source", OneLine.source(entry));
            if (event.isPresent()) {
                EventJson.fields(json, event.get());
            } else {
                String message = formatMessage(entry);
                json.writeStringField("message", message == null ? "" : message);
            }
            if (entry.getThrown() != null) {
                json.writeStringField("thrown", OneLine.trace(entry.getThrown()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return line.append('\n').toString();
    }

    private static Optional<Event> event(LogRecord entry) {
        return Stream.ofNullable(entry.getParameters())
                .flatMap(Arrays::stream)
                .filter(Event.class::isInstance)
                .map(Event.class::cast)
                .findFirst();
    }
}
