package io.epmesh.node.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// The JSON shape of whether peers agree, as [MeshJson] those of all else.
public final class StatusJson {
    private StatusJson() {}

    /// Writes a status.
    ///
    /// @param out where to
    /// @param status the status
    /// @throws IOException if the stream does
    public static void write(OutputStream out, Status status) throws IOException {
        try (JsonGenerator json = MeshJson.generator(out)) {
            json.writeStartObject();
            json.writeStringField("self", status.self());
            json.writeBooleanField("converged", status.converged());
            MeshJson.array(json, "groups", status.groups(), StatusJson::group);
            MeshJson.array(json, "silent", status.silent(), StatusJson::silent);
            spells(json, status.spells());
            json.writeEndObject();
        }
    }

    private static void group(JsonGenerator json, Status.Group group) throws IOException {
        json.writeStartObject();
        json.writeStringField("digest", group.digest());
        MeshJson.array(json, "peers", group.peers(), StatusJson::peer);
        json.writeEndObject();
    }

    private static void silent(JsonGenerator json, Status.PeerRef peer) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", peer.id());
        json.writeStringField("host", peer.host());
        json.writeEndObject();
    }

    private static void peer(JsonGenerator json, Status.PeerRef peer) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", peer.id());
        json.writeStringField("host", peer.host());
        if (peer.told().isPresent()) {
            Status.Told told = peer.told().get();
            json.writeNumberField("uptimeMs", told.uptime().toMillis());
            if (told.residentBytes() > 0) {
                json.writeNumberField("residentBytes", told.residentBytes());
            }
            Duration roundTrip = told.roundTrip().truncatedTo(ChronoUnit.MICROS);
            json.writeNumberField("roundTripMs", roundTrip.toNanos() / 1e6);
            json.writeNumberField("clockAheadMs", told.clockAhead().toMillis());
        }
        MeshJson.array(json, "lags", peer.lags(), StatusJson::lag);
        json.writeEndObject();
    }

    private static void lag(JsonGenerator json, Status.Lag lag) throws IOException {
        json.writeStartObject();
        if (!lag.owner().isEmpty()) {
            json.writeStringField("owner", lag.owner());
            json.writeStringField("host", lag.host());
        }
        json.writeNumberField("missing", lag.missing());
        json.writeNumberField("ahead", lag.ahead());
        json.writeEndObject();
    }

    private static void spells(JsonGenerator json, Spells.Summary spells) throws IOException {
        json.writeObjectFieldStart("spells");
        json.writeNumberField("count", spells.count());
        millis(json, "differingMs", spells.differing());
        millis(json, "lastMs", spells.last());
        millis(json, "p99Ms", spells.p99());
        json.writeEndObject();
    }

    private static void millis(JsonGenerator json, String field, Optional<Duration> time)
            throws IOException {
        if (time.isPresent()) {
            json.writeNumberField(field, time.get().toMillis());
        }
    }
}
