package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The pages that begin with hosts on which no peer runs, from their first command to their last.
final class PagesTest {
    @SuppressWarnings("NullAway.Init") // set before each test
    private Hosts hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = Hosts.start(3);
        for (Host host : hosts.all()) {
            var _ = Workplace.of(host);
        }
    }

    @AfterEach
    void close() throws Exception {
        if (hosts != null) {
            hosts.keepLogs("PagesTest");
            hosts.close();
        }
    }

    @Test
    void readme() throws Exception {
        follow("README.md");
    }

    @Test
    void fromEpmd() throws Exception {
        follow("docs/migrate/from-epmd.md");
    }

    @Test
    void fromEpmdless() throws Exception {
        compileClient();
        follow("docs/migrate/from-epmdless.md");
    }

    @Test
    void fromEpmdpxy() throws Exception {
        compileClient();
        follow("docs/migrate/from-epmdpxy.md");
    }

    @Test
    void rabbitMq() throws Exception {
        RabbitMq.assumeThere();
        for (Host host : hosts.all()) {
            RabbitMq.install(host);
        }
        follow("docs/recipes/rabbitmq.md");
    }

    @Test
    void ejabberd() throws Exception {
        Ejabberd.assumeThere();
        for (Host host : hosts.all()) {
            Ejabberd.install(host);
        }
        follow("docs/recipes/ejabberd.md");
    }

    @Test
    void phoenix() throws Exception {
        assumeTrue(
                Commands.run("sh", "-c", "command -v mix").exit() == 0,
                "Elixir is not installed (Debian: elixir)");
        compileClient();
        follow("docs/recipes/phoenix.md");
    }

    /// None of the nodes has a cable, so each order is "no", exit code 1, and yet stands.
    @Test
    void operatingGuide_cuts() throws Exception {
        new RecipeRun(hosts)
                .follow(
                        Recipe.parse(
                                """
                                ```
                                h1$ epmesh keys new key
                                h1$ scp key h2:
                                h1$ scp key h3:
                                h1$ epmesh start --key-file key --relay module
                                h2$ epmesh start --key-file key --relay module --join h1
                                h3$ epmesh start --key-file key --relay module --join h1
                                h1$ erl -sname a
                                h1$ erl -sname b
                                h2$ erl -sname c
                                h3$ erl -sname d
                                h1$ epmesh names
                                NODE…
                                a@h1…
                                b@h1…
                                c@h2…
                                d@h3…
                                ```
                                """));
        Workplace here = Workplace.of(hosts.host(1));
        List<String> commands = commands("docs/operating.md", "Cuts");
        assertThat(commands).hasSize(7);
        for (String command : commands) {
            Finished done = Commands.run(here.shell(command));
            assertThat(done.exit()).as("%s", done).isBetween(0, 1);
            assertThat(done.err()).as("%s", done).isEmpty();
        }
    }

    /// The file that the guide's first line makes is one that a peer takes.
    @Test
    void operatingGuide_operatorFile() throws Exception {
        Workplace here = Workplace.of(hosts.host(1));
        String command =
                commands("docs/operating.md", "Who may write")
                        .getFirst()
                        .replace("/etc/epmesh/operator", "operator");
        Commands.run(here.shell(command)).orFail();
        RecipeRun run = new RecipeRun(hosts);
        run.follow(
                Recipe.parse(
                        """
                        ```
                        h1$ epmesh start --operator-file operator
                        h1$ epmesh add-node d@h9 192.0.2.1:9001 --operator-file operator
                        added d@h9 at 192.0.2.1:9001
                        ```
                        """));
        assertThat(Commands.run(here.shell("epmesh remove-node d@h9")).exit()).isEqualTo(1);
    }

    /// The lines of a section's block of code, without what is said beside them.
    private static List<String> commands(String page, String heading) throws IOException {
        String text = Files.readString(Peer.ROOT.resolve(page));
        String section = text.substring(text.indexOf("## " + heading + "\n"));
        String block = section.split("(?m)^```$", -1)[1];
        return block.lines()
                .map(line -> line.replaceFirst("\\s+#.*", ""))
                .filter(line -> !line.isBlank())
                .toList();
    }

    private void follow(String page) throws Exception {
        Recipe recipe = Recipe.read(page);
        assertThat(recipe.steps()).isNotEmpty();
        new RecipeRun(hosts).follow(recipe);
    }

    /// Puts the applications where `ERL_LIBS` of each host has them.
    private void compileClient() throws IOException {
        Path lib = hosts.host(1).directory().resolveSibling("lib");
        List<String> command = new ArrayList<>(List.of("erlc", "-o"));
        for (String name : List.of("epmesh", "epmdless")) {
            Path source = Peer.ROOT.resolve("erlang-client/apps").resolve(name).resolve("src");
            Path ebin = Files.createDirectories(lib.resolve(name).resolve("ebin"));
            Files.copy(source.resolve(name + ".app.src"), ebin.resolve(name + ".app"));
            try (Stream<Path> files = Files.list(source)) {
                List<String> modules =
                        files.map(Path::toString).filter(it -> it.endsWith(".erl")).toList();
                List<String> compile = new ArrayList<>(command);
                compile.add(ebin.toString());
                compile.addAll(modules);
                Commands.run(compile.toArray(String[]::new)).orFail();
            }
        }
    }
}
