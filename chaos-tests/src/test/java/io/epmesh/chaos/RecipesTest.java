package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The recipes for partitions, each of its commands as it stands there, on three hosts with nodes
/// of the mesh host.
final class RecipesTest {
    private static final String PAGE = "docs/recipes/partition.md";

    @SuppressWarnings("NullAway.Init") // set before each test
    private Hosts hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = Hosts.start(3);
        Path key = hosts.host(1).directory().resolve("key");
        hosts.host(1).epmesh("keys", "new", key.toString()).orFail();
        for (Host host : hosts.all()) {
            Peer.withKey(host, key, hosts.all(), "mesh-host = mesh").awaitEpmd();
        }
        for (Host host : hosts.all()) {
            Await.within(SETTLED, () -> assertThat(host.api("peers").having("id")).hasSize(3));
        }
    }

    @AfterEach
    void close() throws Exception {
        if (hosts != null) {
            hosts.keepLogs("RecipesTest");
            hosts.close();
        }
    }

    @Test
    void mnesia() throws Exception {
        String lib = "halt(case code:lib_dir(mnesia) of {error, _} -> 1; _ -> 0 end).";
        assumeTrue(
                Commands.run("erl", "-noshell", "-eval", lib).exit() == 0,
                "Mnesia is not installed (Debian: erlang-mnesia)");
        new RecipeRun(hosts).follow(Recipe.read(PAGE, "Mnesia"));
    }

    @Test
    void globalsGuard() throws Exception {
        new RecipeRun(hosts).follow(Recipe.read(PAGE, "Erlang's own guard"));
    }

    @Test
    void rabbitMq() throws Exception {
        RabbitMq.assumeThere();
        Recipe recipe = Recipe.read(PAGE, "RabbitMQ");
        List<RabbitMq> brokers = new ArrayList<>();
        for (Host host : hosts.all()) {
            String name = "rabbit" + host.name().substring(1) + "@mesh";
            RabbitMq.install(host, name);
            brokers.add(RabbitMq.launch(host, name, recipe.file("rabbitmq.conf")));
        }
        brokers.forEach(RabbitMq::awaitStart);
        new RecipeRun(hosts).follow(recipe);
    }
}
