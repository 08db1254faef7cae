package io.epmesh.node.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// The JSON shape of an examination.
public final class FindingJson {
    private static final JsonFactory FACTORY =
            JsonFactory.builder().build().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

    private FindingJson() {}

    /// Writes `{"findings":[{"step","well","text","advice"}]}`; `advice` is absent where all is
    /// well.
    ///
    /// @param out where to; left open
    /// @param findings in order
    /// @throws IOException if the stream does
    public static void write(OutputStream out, List<Finding> findings) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeArrayFieldStart("findings");
            for (Finding finding : findings) {
                json.writeStartObject();
                json.writeStringField("step", finding.step());
                json.writeBooleanField("well", finding.isWell());
                json.writeStringField("text", finding.text());
                if (!finding.isWell()) {
                    json.writeStringField("advice", finding.advice());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }
}
