package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Hosts on which recipes are run, to the letter, with the programs they name.
final class RecipeRun {
    /// For what a recipe waits for, such as a node that ticks out, on a busy machine.
    private static final Duration SHOWN = Duration.ofSeconds(60);

    /// How a program makes its headings bold.
    private static final String STYLE = "\u001b\\[[0-9;]*m";

    private static final int FIRST_PORT = 9100;

    private final Hosts hosts;
    private final Map<String, RabbitMq> brokers;
    private final Map<String, ErlangNode> nodes = new HashMap<>();

    /// @param brokers by their hosts
    RecipeRun(Hosts hosts, Map<String, RabbitMq> brokers) {
        this.hosts = hosts;
        this.brokers = brokers;
    }

    /// Does all steps. One that shows something is repeated until it does.
    void follow(Recipe recipe) throws Exception {
        for (Recipe.Step step : recipe.steps()) {
            System.out.println(step);
            if (step.shown().isEmpty()) {
                perform(step);
            } else {
                Await.within(SHOWN, () -> check(step));
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
        assertThat(step.shown())
                .allSatisfy(part -> assertThat(said).as("%s", step).containsSequence(part));
    }

    private String perform(Recipe.Step step) throws Exception {
        if (!step.isOnHost()) {
            String value = there(nodes, step).eval(step.text());
            assertThat(value).as("%s", step).doesNotStartWith("{'EXIT',");
            return value;
        }
        Host host = host(step.where());
        List<String> words =
                Arrays.stream(step.text().split("\\s+", -1))
                        .map(word -> word.replaceAll("^'|'$", ""))
                        .toList();
        String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
        return switch (words.getFirst()) {
            case "epmesh" -> host.epmesh(arguments).orFail().out();
            case "rabbitmqctl" -> there(brokers, step).ctl(arguments);
            case "erl" -> {
                start(host, List.of(arguments));
                yield "";
            }
            default -> throw new AssertionError("no such program: " + step);
        };
    }

    private void start(Host host, List<String> arguments) throws Exception {
        assertThat(arguments.getFirst()).isEqualTo("-sname");
        String name = arguments.get(1);
        String[] flags = arguments.subList(2, arguments.size()).toArray(String[]::new);
        int port = FIRST_PORT + nodes.size();
        nodes.put(name.replaceAll("@.*", ""), ErlangNode.start(host, name, port, flags));
    }

    private static <T> T there(Map<String, T> all, Recipe.Step step) {
        T found = all.get(step.where());
        if (found == null) {
            throw new AssertionError("nothing there: " + step);
        }
        return found;
    }

    private Host host(String name) {
        return hosts.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no host " + name));
    }
}
