package io.epmesh.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationTest {
    private static final Operation PUT =
            new Operation(
                    "h3/writer", "put", Outcome.INFO, 5, 1_009, Map.of("key", "k \"1\"\n\u00e4"));

    @Test
    void json_isReadBack() {
        assertThat(Operation.parse(PUT.toJson())).isEqualTo(PUT);
        assertThat(PUT.toJson()).doesNotContain("\n").contains("\"f\":\"put\"");
    }

    @Test
    void line_thatIsNoOperation_isRefusedWithIt() {
        assertThatThrownBy(() -> Operation.parse("{\"f\":\"put\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{\"f\":\"put\"}");
        assertThatThrownBy(() -> Operation.parse("{\"f\""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void end_beforeTheStart_isRefused() {
        assertThatThrownBy(() -> new Operation("p", "f", Outcome.OK, 5, 4, Map.of()))
                .hasMessageContaining("5..4");
    }

    @Test
    void history_isReadBackFromItsFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("history.jsonl");
        try (History history = new History(file)) {
            history.add(PUT);
            history.add("h1/writer", "remove", Outcome.OK, history.now(), Map.of("key", "k"));
            history.flush();
            assertThat(History.read(file)).isEqualTo(history.operations()).hasSize(2);
        }
        assertThat(History.read(file)).first().isEqualTo(PUT);
        assertThat(History.read(file)).isInstanceOf(List.class);
    }
}
