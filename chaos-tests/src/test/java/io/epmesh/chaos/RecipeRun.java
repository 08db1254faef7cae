package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Hosts on which recipes are run, to the letter, with the programs they name.
final class RecipeRun {
    /// For what a recipe waits for, such as a node that ticks out, on a busy machine.
    private static final Duration SHOWN = Duration.ofSeconds(60);

    private static final Duration START = Duration.ofSeconds(60);

    /// How a program makes its headings bold.
    private static final String STYLE = "\u001b\\[[0-9;]*m";

    /// Runs in the foreground, as a terminal of its own shows it.
    private static final Pattern PEER = Pattern.compile("(.* )?(bin/)?epmesh (start|takeover).*");

    private static final Pattern NODE = Pattern.compile("([A-Z_]+=\\S+ )*erl( .*)?");
    private static final Pattern NAME = Pattern.compile("-s?name ([^@ ]+)");

    /// What ends a process by its name: hosts share the processes of the machine, and whoever else
    /// uses it would lose theirs.
    private static final Pattern BY_NAME = Pattern.compile(".*\\b(pkill|killall|pgrep|pidof)\\b.*");

    private final Hosts hosts;
    private final Map<String, ErlangNode> nodes = new HashMap<>();
    private final Map<Host, Process> peers = new HashMap<>();

    /// @param hosts each has a [Workplace]
    RecipeRun(Hosts hosts) {
        this.hosts = hosts;
    }

    /// Does all steps. One that shows something is repeated until it does.
    void follow(Recipe recipe) throws Exception {
        for (Recipe.Step step : recipe.steps()) {
            System.out.println(step);
            switch (step.kind()) {
                case FILE -> write(step);
                case COMMAND, EXPRESSION -> {
                    if (step.shown().isEmpty()) {
                        var _ = perform(step);
                    } else {
                        Await.within(SHOWN, () -> check(step));
                    }
                }
            }
        }
    }

    private void check(Recipe.Step step) throws Exception {
        List<String> said =
                perform(step)
                        .replaceAll(STYLE, "")
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList();
        String whole = String.join("\n", said) + "\n";
        assertThat(step.shown())
                .allSatisfy(part -> assertThat(whole).as("%s", step).containsPattern(lines(part)));
    }

    /// Whole lines that follow each other, with `…` for anything and any space between words.
    private static Pattern lines(List<String> part) {
        return Pattern.compile(
                part.stream()
                        .map(line ->
                                Arrays.stream(line.split("…", -1))
                                        .map(RecipeRun::words)
                                        .collect(Collectors.joining(".*", "^", "$\n")))
                        .collect(Collectors.joining()),
                Pattern.MULTILINE);
    }

    private static String words(String text) {
        return Arrays.stream(text.split("\\s+", -1))
                .map(word -> word.isEmpty() ? "" : Pattern.quote(word))
                .collect(Collectors.joining("\\s+"));
    }

    private void write(Recipe.Step step) throws Exception {
        for (Host host : hosts.all()) {
            Path file = host.directory().resolve(step.where());
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(file, step.text());
        }
    }

    private String perform(Recipe.Step step) throws Exception {
        if (step.kind() == Recipe.Kind.EXPRESSION) {
            ErlangNode node = there(nodes.get(step.where()), step);
            String value = node.eval(step.text());
            assertThat(value).as("%s", step).doesNotStartWith("{'EXIT',");
            return value;
        }
        assertThat(step.text()).doesNotMatch(BY_NAME);
        Host host = host(step.where());
        if (step.text().equals("^C")) {
            Process peer = there(peers.get(host), step);
            host.signal("TERM", peer);
            peer.onExit().get(START.toSeconds(), TimeUnit.SECONDS);
            return "";
        }
        if (NODE.matcher(step.text()).matches()) {
            start(host, step.text());
            return "";
        }
        if (PEER.matcher(step.text()).matches()) {
            serve(host, step.text());
            return "";
        }
        return Commands.run(Workplace.of(host).shell(step.text())).orFail().out();
    }

    private void start(Host host, String command) throws Exception {
        Matcher name = NAME.matcher(command);
        ErlangNode node =
                ErlangNode.shell(Workplace.of(host), command, name.find() ? name.group(1) : "1");
        node.awaitStart();
        nodes.put(node.name(), node);
    }

    /// Starts a peer, and waits until it says that it is up.
    private void serve(Host host, String command) throws Exception {
        Path log = host.directory().resolve("log");
        long before = Files.exists(log) ? Files.readString(log).length() : 0;
        Process process =
                Workplace.of(host)
                        .shell(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        peers.put(host, process);
        Await.within(
                START,
                () -> {
                    String said = Files.readString(log).substring((int) before);
                    assertThat(process.isAlive()).as("%s: %s", command, said).isTrue();
                    assertThat(said).contains(" is up: ");
                });
    }

    private static <T> T there(@Nullable T found, Recipe.Step step) {
        if (found == null) {
            throw new AssertionError("nothing there: " + step);
        }
        return found;
    }

    private Host host(String name) {
        List<Host> found = new ArrayList<>(hosts.all());
        found.removeIf(each -> !each.name().equals(name));
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }
}
