package io.epmesh.chaos;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A JSON value, to be searched by a test.
sealed interface Json {
    /// An object; its values in their order.
    record Fields(Map<String, Json> values) implements Json {}

    /// An array.
    record Items(List<Json> values) implements Json {}

    /// A string, number, boolean or null, as text.
    record Text(String value) implements Json {}

    /// Reads one value.
    ///
    /// @throws AssertionError if `text` is anything else
    static Json parse(String text) {
        try (JsonParser parser = new JsonFactory().createParser(text)) {
            Json value = read(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new AssertionError("more than one JSON value: " + text);
            }
            return value;
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    private static Json read(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.START_OBJECT) {
            Map<String, Json> values = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                values.put(name, read(parser, parser.nextToken()));
            }
            return new Fields(values);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Json> values = new ArrayList<>();
            for (JsonToken item = parser.nextToken();
                    item != JsonToken.END_ARRAY;
                    item = parser.nextToken()) {
                values.add(read(parser, item));
            }
            return new Items(values);
        }
        return new Text(parser.getText());
    }

    /// All objects in this value, at any depth, that have a field of this name.
    default List<Fields> having(String field) {
        return objects().filter(object -> object.values().containsKey(field)).toList();
    }

    private Stream<Fields> objects() {
        return switch (this) {
            case Fields fields ->
                    Stream.concat(
                            Stream.of(fields),
                            fields.values().values().stream().flatMap(Json::objects));
            case Items items -> items.values().stream().flatMap(Json::objects);
            case Text _ -> Stream.empty();
        };
    }

    /// The text of a field of this object; what is no object or has no such field is `""`.
    default String text(String field) {
        return this instanceof Fields(Map<String, Json> values)
                        && values.get(field) instanceof Text(String value)
                ? value
                : "";
    }
}
