package io.epmesh.node.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.MappingEntry;
import io.epmesh.node.naming.NameUpdate;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.NodeName;
import io.epmesh.node.naming.PeerEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The JSON shapes of the HTTP interface and of `--format json`; their one authority. Each method
/// writes one value in UTF-8 and leaves the stream open.
public final class MeshJson {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private MeshJson() {}

    /// Writes `{"names":[…]}`.
    ///
    /// @param out where to
    /// @param names the names
    /// @throws IOException if the stream does
    public static void names(OutputStream out, List<NodeEntry> names) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            list(json, "names", names, MeshJson::node);
        }
    }

    /// Writes one name.
    ///
    /// @param out where to
    /// @param node the name
    /// @throws IOException if the stream does
    public static void node(OutputStream out, NodeEntry node) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            node(json, node);
        }
    }

    /// Writes `{"peers":[…]}`.
    ///
    /// @param out where to
    /// @param peers the peers
    /// @throws IOException if the stream does
    public static void peers(OutputStream out, List<PeerEntry> peers) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            list(json, "peers", peers, MeshJson::peer);
        }
    }

    /// Writes `{"mappings":[…]}`.
    ///
    /// @param out where to
    /// @param mappings the mappings
    /// @throws IOException if the stream does
    public static void mappings(OutputStream out, List<MappingEntry> mappings) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            list(json, "mappings", mappings, MeshJson::mapping);
        }
    }

    /// Writes `{"settings":[{"key","value","origin"}]}`.
    ///
    /// @param out where to
    /// @param settings the settings
    /// @throws IOException if the stream does
    public static void settings(OutputStream out, List<Setting> settings) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            list(json, "settings", settings, MeshJson::setting);
        }
    }

    /// Writes what a watch of names tells: `{"kind","more","nodes":[…],"gone":[…]}`.
    static void update(OutputStream out, NameUpdate update) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("kind", lower(update.kind()));
            json.writeBooleanField("more", update.more());
            array(json, "nodes", update.nodes(), MeshJson::node);
            array(json, "gone", update.gone(), (j, name) -> j.writeString(name.toString()));
            json.writeEndObject();
        }
    }

    /// Writes an object of texts, as for a version or the outcome of a write.
    ///
    /// @param out where to
    /// @param fields names and values
    /// @throws IOException if the stream does
    public static void texts(OutputStream out, Map<String, String> fields) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, String> field : fields.entrySet()) {
                json.writeStringField(field.getKey(), field.getValue());
            }
            json.writeEndObject();
        }
    }

    static void flag(OutputStream out, String name, boolean value) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeBooleanField(name, value);
            json.writeEndObject();
        }
    }

    private static void node(JsonGenerator json, NodeEntry node) throws IOException {
        json.writeStartObject();
        nodeName(json, node.node());
        json.writeStringField("hostIs", lower(node.hostIs()));
        json.writeStringField("address", node.address());
        json.writeNumberField("port", node.port());
        json.writeStringField("type", lower(node.type()));
        json.writeStringField("source", lower(node.source()));
        json.writeStringField("state", lower(node.state()));
        optional(json, "peer", node.peer());
        if (node.creation().isPresent()) {
            json.writeNumberField("creation", node.creation().getAsLong());
        }
        json.writeStringField("since", node.since().toString());
        json.writeNumberField("highestVersion", node.protocol().highestVersion());
        json.writeNumberField("lowestVersion", node.protocol().lowestVersion());
        json.writeNumberField("protocol", node.protocol().protocol());
        json.writeBooleanField("winner", node.winner());
        json.writeBooleanField("conflicting", node.conflicting());
        json.writeEndObject();
    }

    private static void peer(JsonGenerator json, PeerEntry peer) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", peer.id());
        array(json, "hosts", peer.hosts(), JsonGenerator::writeString);
        json.writeStringField("state", lower(peer.state()));
        array(json, "advertise", peer.advertise(), JsonGenerator::writeString);
        json.writeNumberField("epmdPort", peer.epmdPort());
        json.writeStringField("gossipAddress", peer.gossipAddress());
        json.writeStringField("version", peer.version());
        json.writeNumberField("incarnation", peer.incarnation());
        json.writeNumberField("names", peer.names());
        if (peer.lastHeard().isPresent()) {
            json.writeNumberField("lastHeardMs", peer.lastHeard().get().toMillis());
        }
        json.writeBooleanField("self", peer.self());
        json.writeEndObject();
    }

    private static void mapping(JsonGenerator json, MappingEntry mapping) throws IOException {
        json.writeStartObject();
        nodeName(json, mapping.node());
        optional(json, "given", mapping.host());
        json.writeStringField("address", mapping.address());
        json.writeNumberField("port", mapping.port());
        optional(json, "writer", mapping.writer());
        json.writeStringField("when", mapping.when().toString());
        array(json, "conflicts", mapping.conflicts(), MeshJson::rival);
        json.writeEndObject();
    }

    private static void rival(JsonGenerator json, MappingEntry.Rival rival) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", rival.address());
        json.writeNumberField("port", rival.port());
        optional(json, "writer", rival.writer());
        json.writeStringField("when", rival.when().toString());
        json.writeEndObject();
    }

    private static void setting(JsonGenerator json, Setting setting) throws IOException {
        json.writeStartObject();
        json.writeStringField("key", setting.key());
        json.writeStringField("value", setting.value());
        json.writeStringField("origin", setting.origin());
        json.writeEndObject();
    }

    private static void nodeName(JsonGenerator json, NodeName node) throws IOException {
        json.writeStringField("node", node.toString());
        json.writeStringField("name", node.name());
        json.writeStringField("host", node.host());
    }

    private static void optional(JsonGenerator json, String field, Optional<String> value)
            throws IOException {
        if (value.isPresent()) {
            json.writeStringField(field, value.get());
        }
    }

    private static <T> void list(
            JsonGenerator json, String field, List<T> elements, ElementWriter<T> writer)
            throws IOException {
        json.writeStartObject();
        array(json, field, elements, writer);
        json.writeEndObject();
    }

    static JsonGenerator generator(OutputStream out) throws IOException {
        return FACTORY.createGenerator(out);
    }

    static <T> void array(
            JsonGenerator json, String field, List<T> elements, ElementWriter<T> writer)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (T element : elements) {
            writer.write(json, element);
        }
        json.writeEndArray();
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /// Writes one value.
    interface ElementWriter<T> {
        void write(JsonGenerator json, T element) throws IOException;
    }
}
