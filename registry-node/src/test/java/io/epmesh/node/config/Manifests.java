package io.epmesh.node.config;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// Objects of Kubernetes as YAML has them. What they may hold is known by the models of Kubernetes'
/// own client, made of the same description as its server: they are called by their names, as the
/// kind of an object says which one it is.
final class Manifests {
    private static final String MODELS = "io.kubernetes.client.openapi.models.V1";

    private Manifests() {}

    /// The objects of a file, in its order.
    static List<JsonObject> parse(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Gson gson = new Gson();
        return StreamSupport.stream(
                        new Yaml(new SafeConstructor(options)).loadAll(yaml).spliterator(), false)
                .map(it -> gson.toJsonTree(it).getAsJsonObject())
                .toList();
    }

    /// Checks that an object has the fields that its kind needs, none that it does not know, and
    /// values of their types.
    ///
    /// @throws RuntimeException that says what is wrong
    static void check(JsonObject object) {
        try {
            Class<?> model = Class.forName(MODELS + object.get("kind").getAsString());
            model.getMethod("validateJsonElement", JsonElement.class).invoke(null, object);
            Class<?> json = Class.forName("io.kubernetes.client.openapi.JSON");
            Object _ = ((Gson) json.getMethod("getGson").invoke(null)).fromJson(object, model);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException("" + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("kind: " + object.get("kind"), e);
        }
    }

    /// What is found by following `path`, all elements of arrays on the way; nothing where it ends.
    static Stream<JsonElement> at(JsonElement start, String path) {
        Stream<JsonElement> found = Stream.of(start);
        for (String step : path.split("\\.", -1)) {
            found =
                    found.filter(JsonElement::isJsonObject)
                            .map(it -> it.getAsJsonObject().get(step))
                            .flatMap(Manifests::elements);
        }
        return found;
    }

    private static Stream<JsonElement> elements(@Nullable JsonElement it) {
        return switch (it) {
            case null -> Stream.empty();
            case JsonArray array -> array.asList().stream();
            default -> Stream.of(it);
        };
    }
}
