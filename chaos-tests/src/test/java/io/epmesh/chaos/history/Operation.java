package io.epmesh.chaos.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// One thing that a process did or saw. The functions that there are, and their fields, are listed
/// in `docs/testing.md`.
///
/// @param process who: a client (`h3/writer`), a host or `nemesis`
/// @param function what, Jepsen's `f`
/// @param outcome how it ended
/// @param start microseconds since the start of the run
/// @param end the same, of its end
/// @param value the fields of the function
public record Operation(
        String process,
        String function,
        Outcome outcome,
        long start,
        long end,
        Map<String, String> value) {
    private static final JsonFactory JSON = new JsonFactory();

    /// Checks the times and copies the fields.
    public Operation {
        if (start < 0 || end < start) {
            throw new IllegalArgumentException(
                    "%s: %d..%d (expected: 0 <= start <= end)".formatted(function, start, end));
        }
        value = Collections.unmodifiableMap(new LinkedHashMap<>(value));
    }

    /// A field of the value.
    ///
    /// @param name of the field
    /// @return `""` if there is none of that name
    public String field(String name) {
        return value.getOrDefault(name, "");
    }

    /// Its length.
    ///
    /// @return microseconds
    public long micros() {
        return end - start;
    }

    /// This as JSON.
    ///
    /// @return one line, without its end
    public String toJson() {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeNumberField("start", start);
            json.writeNumberField("end", end);
            json.writeStringField("process", process);
            json.writeStringField("f", function);
            json.writeStringField("type", outcome.name().toLowerCase(Locale.ROOT));
            for (Map.Entry<String, String> field : value.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    /// Reads a line that [#toJson] wrote.
    ///
    /// @param line without its end
    /// @return the operation
    /// @throws IllegalArgumentException if it is anything else
    public static Operation parse(String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(line)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.put(name, json.getText());
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("no operation: " + line, e);
        }
        return new Operation(
                take(fields, "process", line),
                take(fields, "f", line),
                Outcome.valueOf(take(fields, "type", line).toUpperCase(Locale.ROOT)),
                Long.parseLong(take(fields, "start", line)),
                Long.parseLong(take(fields, "end", line)),
                fields);
    }

    private static String take(Map<String, String> fields, String name, String line) {
        String text = fields.remove(name);
        if (text == null) {
            throw new IllegalArgumentException("no " + name + " in the operation: " + line);
        }
        return text;
    }
}
