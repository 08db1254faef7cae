package io.epmesh.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.epmesh.node.naming.CableEntry;
import io.epmesh.node.naming.CableList;
import io.epmesh.node.naming.CutEntry;
import io.epmesh.node.naming.CutResult.Remark;
import io.epmesh.node.naming.Effect;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// The JSON shapes of cables and cuts, as [MeshJson] those of all else.
public final class CableJson {
    private CableJson() {}

    /// Writes `{"cuts":[…],"cables":[…],"silent":[…]}`.
    ///
    /// @param out where to
    /// @param list the cables
    /// @throws IOException if the stream does
    public static void cables(OutputStream out, CableList list) throws IOException {
        try (JsonGenerator json = MeshJson.generator(out)) {
            json.writeStartObject();
            MeshJson.array(json, "cuts", list.cuts(), CableJson::cut);
            MeshJson.array(json, "cables", list.cables(), CableJson::cable);
            MeshJson.array(json, "silent", list.silent(), JsonGenerator::writeString);
            json.writeEndObject();
        }
    }

    /// Writes `{"result":"done","remarks":[…]}`.
    ///
    /// @param out where to
    /// @param remarks what the order does not do yet
    /// @throws IOException if the stream does
    public static void done(OutputStream out, List<Remark> remarks) throws IOException {
        try (JsonGenerator json = MeshJson.generator(out)) {
            json.writeStartObject();
            json.writeStringField("result", "done");
            MeshJson.array(json, "remarks", remarks, CableJson::remark);
            json.writeEndObject();
        }
    }

    private static void cut(JsonGenerator json, CutEntry cut) throws IOException {
        json.writeStartObject();
        json.writeStringField("low", cut.pair().low().toString());
        json.writeStringField("high", cut.pair().high().toString());
        effect(json, "lowToHigh", cut.lowToHigh());
        effect(json, "highToLow", cut.highToLow());
        if (cut.remaining().isPresent()) {
            json.writeNumberField("remainingMs", cut.remaining().get().toMillis());
        }
        json.writeStringField("writer", cut.writer());
        json.writeStringField("when", cut.when().toString());
        json.writeEndObject();
    }

    private static void cable(JsonGenerator json, CableEntry cable) throws IOException {
        json.writeStartObject();
        json.writeStringField("relay", cable.peer());
        json.writeStringField("source", cable.source());
        json.writeStringField("target", cable.target());
        json.writeStringField("state", MeshJson.lower(cable.state()));
        effect(json, "toTarget", cable.toTarget());
        effect(json, "toSource", cable.toSource());
        json.writeNumberField("ageMs", cable.age().toMillis());
        json.writeNumberField("bytesToTarget", cable.bytesToTarget());
        json.writeNumberField("bytesToSource", cable.bytesToSource());
        json.writeEndObject();
    }

    private static void remark(JsonGenerator json, Remark remark) throws IOException {
        json.writeStartObject();
        json.writeStringField(
                "kind",
                switch (remark.kind()) {
                    case NO_CABLE -> "noCable";
                    case UNATTRIBUTED -> "unattributed";
                    case SILENT -> "silent";
                });
        json.writeStringField("one", remark.one());
        json.writeStringField("other", remark.other());
        json.writeEndObject();
    }

    private static void effect(JsonGenerator json, String field, Effect effect) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeStringField(
                "effect",
                switch (effect) {
                    case Effect.Open _ -> "open";
                    case Effect.Slow _ -> "slow";
                    case Effect.Stall _ -> "stall";
                    case Effect.Reset _ -> "reset";
                });
        if (effect instanceof Effect.Slow slow) {
            json.writeNumberField("latencyMs", slow.latency().toMillis());
            json.writeNumberField("jitterMs", slow.jitter().toMillis());
        }
        json.writeEndObject();
    }
}
