package io.epmesh.node.dashboard;

import io.epmesh.node.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Chromium without a window, with one page, spoken to over its DevTools protocol.
final class Browser implements AutoCloseable {
    private static final List<String> PROGRAMS =
            List.of("chromium", "chromium-browser", "google-chrome");
    private static final long TIMEOUT_SECONDS = 60;

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<Integer, CompletableFuture<@Nullable Object>> asked =
            new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private String session = "";

    /// Where a browser is, if there is one.
    static Optional<Path> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .flatMap(directory -> PROGRAMS.stream().map(name -> Path.of(directory, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// @param profile a directory of its own
    Browser(Path program, Path profile) throws Exception {
        process =
                new ProcessBuilder(
                                program.toString(),
                                "--headless=new",
                                "--no-sandbox", // of tests in a container, whose user is root
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--disable-extensions",
                                "--hide-scrollbars",
                                "--remote-debugging-port=0",
                                "--remote-allow-origins=*",
                                "--user-data-dir=" + profile,
                                "about:blank")
                        .redirectErrorStream(true)
                        .redirectOutput(profile.resolve("chromium.log").toFile())
                        .start();
        Path port = profile.resolve("DevToolsActivePort");
        Await.until(
                "the browser has started", 60, () -> lines(port).size() >= 2 || !process.isAlive());
        List<String> told = lines(port);
        socket =
                http.newWebSocketBuilder()
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + told.get(0) + told.get(1)),
                                new Ears())
                        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        Object target = ask("Target.createTarget", "\"url\":\"about:blank\"");
        Object attached =
                ask(
                        "Target.attachToTarget",
                        "\"flatten\":true,\"targetId\":" + Json.quote(text(target, "targetId")));
        session = text(attached, "sessionId");
        ask("Runtime.enable", "");
        ask("Log.enable", "");
        ask("Page.enable", "");
        size(1280, 800);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notYet) {
            return List.of();
        }
    }

    private static String text(@Nullable Object value, String... path) {
        return String.valueOf(Json.at(value, path));
    }

    /// What scripts have thrown, and what the browser has refused or complained of.
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void forgive() {
        complaints.clear();
    }

    void open(String url) throws Exception {
        ask("Page.navigate", "\"url\":" + Json.quote(url));
    }

    /// The value of an expression, or of what it promises.
    @Nullable Object eval(String script) throws Exception {
        Object answer =
                ask(
                        "Runtime.evaluate",
                        "\"awaitPromise\":true,\"returnByValue\":true,\"userGesture\":true,"
                                + "\"expression\":"
                                + Json.quote(script));
        if (Json.at(answer, "exceptionDetails") != null) {
            throw new AssertionError(script + ": " + Json.at(answer, "exceptionDetails"));
        }
        return Json.at(answer, "result", "value");
    }

    /// Waits until an expression is true.
    void until(String script) {
        Await.until(
                script,
                60,
                () -> {
                    try {
                        return Boolean.TRUE.equals(eval("Boolean(" + script + ")"));
                    } catch (Exception e) {
                        throw new AssertionError(script, e);
                    }
                });
    }

    void press(String key) throws Exception {
        String text = key.length() == 1 ? ",\"text\":" + Json.quote(key) : "";
        for (String type : List.of("keyDown", "keyUp")) {
            ask(
                    "Input.dispatchKeyEvent",
                    "\"type\":\"%s\",\"key\":%s%s".formatted(type, Json.quote(key), text));
        }
    }

    /// Processor time of the page's own thread since it was opened, in seconds; whatever else runs
    /// on the machine is no part of it.
    double busySeconds() throws Exception {
        ask("Performance.enable", "\"timeDomain\":\"threadTicks\"");
        Object metrics = Json.at(ask("Performance.getMetrics", ""), "metrics");
        for (Object metric : metrics instanceof List<?> all ? all : List.of()) {
            if ("TaskDuration".equals(Json.at(metric, "name"))
                    && Json.at(metric, "value") instanceof Double seconds) {
                return seconds;
            }
        }
        throw new AssertionError("the browser does not tell: " + metrics);
    }

    void type(String text) throws Exception {
        ask("Input.insertText", "\"text\":" + Json.quote(text));
    }

    void size(int width, int height) throws Exception {
        ask(
                "Emulation.setDeviceMetricsOverride",
                "\"width\":%d,\"height\":%d,\"deviceScaleFactor\":1,\"mobile\":false"
                        .formatted(width, height));
    }

    /// @param theme `light` or `dark`
    void theme(String theme) throws Exception {
        ask(
                "Emulation.setEmulatedMedia",
                "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"}]"
                        .formatted(theme));
    }

    void screenshot(Path file) throws Exception {
        Object shot = ask("Page.captureScreenshot", "\"format\":\"png\"");
        Files.write(file, Base64.getDecoder().decode(text(shot, "data")));
    }

    private @Nullable Object ask(String method, String parameters) throws Exception {
        int number = numbers.incrementAndGet();
        CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
        asked.put(number, answer);
        String inSession = session.isEmpty() ? "" : ",\"sessionId\":" + Json.quote(session);
        socket.sendText(
                        "{\"id\":%d,\"method\":\"%s\",\"params\":{%s}%s}"
                                .formatted(number, method, parameters, inSession),
                        true)
                .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        return answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private void hear(@Nullable Object message) {
        if (Json.at(message, "id") instanceof Double id) {
            CompletableFuture<@Nullable Object> answer =
                    Objects.requireNonNull(asked.remove(id.intValue()));
            if (Json.at(message, "error") != null) {
                answer.completeExceptionally(new AssertionError(Json.at(message, "error")));
            } else {
                answer.complete(Json.at(message, "result"));
            }
            return;
        }
        switch (text(message, "method")) {
            case "Runtime.exceptionThrown", "Runtime.consoleAPICalled" ->
                    complaints.add(text(message, "params"));
            case "Log.entryAdded" -> {
                if (!text(message, "params", "entry", "level").equals("verbose")) {
                    complaints.add(text(message, "params", "entry"));
                }
            }
            default -> {}
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
        http.shutdownNow();
    }

    private final class Ears implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                hear(Json.parse(text));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }
}
