package io.epmesh.node.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The JSON object in the body of an order for cables: lists of texts, texts and flags by name.
final class OrderBody {
    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    private final Map<String, List<String>> lists = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, Boolean> flags = new HashMap<>();

    private OrderBody() {}

    /// Reads a body.
    ///
    /// @param fields those that it may have
    /// @throws IllegalArgumentException if it is no such object, naming what is expected
    static OrderBody parse(String body, Set<String> fields) {
        OrderBody read = new OrderBody();
        try (JsonParser json = FACTORY.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("body (expected: a JSON object)");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                if (!fields.contains(field)) {
                    throw new IllegalArgumentException(
                            "field: %s (expected: one of %s)"
                                    .formatted(field, fields.stream().sorted().toList()));
                }
                if (read.has(field)) {
                    throw new IllegalArgumentException("%s (expected: once)".formatted(field));
                }
                json.nextToken();
                read.value(field, json);
            }
            if (json.nextToken() != null) {
                throw new IllegalArgumentException("body (expected: one JSON object)");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("body (expected: a JSON object)", e);
        }
        return read;
    }

    private void value(String field, JsonParser json) throws IOException {
        switch (json.currentToken()) {
            case START_ARRAY -> {
                List<String> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    if (json.currentToken() != JsonToken.VALUE_STRING) {
                        throw new IllegalArgumentException(
                                "%s (expected: a list of strings)".formatted(field));
                    }
                    list.add(json.getText());
                }
                lists.put(field, list);
            }
            case VALUE_STRING -> texts.put(field, json.getText());
            case VALUE_TRUE -> flags.put(field, true);
            case VALUE_FALSE -> flags.put(field, false);
            default ->
                    throw new IllegalArgumentException(
                            "%s (expected: a string, a list of strings, or a boolean)"
                                    .formatted(field));
        }
    }

    /// A list that must be there.
    List<String> list(String field) {
        return Optional.ofNullable(lists.get(field))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "%s (expected: a list of strings)".formatted(field)));
    }

    boolean has(String field) {
        return lists.containsKey(field) || texts.containsKey(field) || flags.containsKey(field);
    }

    String text(String field, String otherwise) {
        return value(field, otherwise, texts, "a string");
    }

    boolean flag(String field) {
        return value(field, false, flags, "true or false");
    }

    private <T> T value(String field, T otherwise, Map<String, T> values, String expected) {
        T value = values.get(field);
        if (value == null && has(field)) {
            throw new IllegalArgumentException("%s (expected: %s)".formatted(field, expected));
        }
        return value == null ? otherwise : value;
    }
}
