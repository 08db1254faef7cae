package io.epmesh.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PageTest {
    private static final Path WEB = Path.of("src/main/web");

    /// Whatever would make markup of a text.
    private static final Pattern MARKUP =
            Pattern.compile(
                    "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function");

    private static final Pattern ELSEWHERE =
            Pattern.compile("https?://(?!www\\.w3\\.org/2000/svg)");

    @Test
    void everyFile_isServed_andStrict() throws IOException {
        for (Path file : files()) {
            String name = file.getFileName().toString();
            String path = name.equals("index.html") ? "/" : "/" + name;
            assertThat(Page.has(path)).as(path).isTrue();
            Reply reply = Page.reply(path);
            assertThat(reply.body().toString(StandardCharsets.UTF_8))
                    .isEqualTo(Files.readString(file));
            assertThat(policy(reply)).contains("default-src 'none'", "script-src 'self'")
                    .doesNotContain("unsafe");
        }
    }

    private static String policy(Reply reply) {
        return reply.headers().entrySet().stream()
                .filter(header -> "Content-Security-Policy".contentEquals(header.getKey()))
                .map(header -> header.getValue().toString())
                .findAny()
                .orElseThrow();
    }

    @Test
    void scripts_makeNoMarkupOfText_andLoadNothingFromElsewhere() throws IOException {
        for (Path file : files()) {
            String text = Files.readString(file);
            assertThat(MARKUP.matcher(text).find()).as(file + " makes markup").isFalse();
            assertThat(ELSEWHERE.matcher(text).find()).as(file + " loads").isFalse();
        }
    }

    @Test
    void page_hasNothingInline() throws IOException {
        assertThat(Files.readString(WEB.resolve("index.html")))
                .doesNotContain("<style", "style=", "onclick", "javascript:")
                .doesNotContainPattern("<script[^>]*>[^<]");
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(WEB)) {
            List<Path> all = files.toList();
            assertThat(all).isNotEmpty();
            return all;
        }
    }
}
