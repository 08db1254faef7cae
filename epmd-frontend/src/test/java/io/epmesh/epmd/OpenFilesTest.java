package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenFilesTest {
    @ParameterizedTest
    @CsvSource({"64, 16", "256, 128", "512, 384", "1024, 896", "8192, 7168", "524288, 523264"})
    void connections_leaveSomeForAllElse(int files, int connections) {
        assertThat(OpenFiles.connections(files)).isEqualTo(connections);
    }
}
