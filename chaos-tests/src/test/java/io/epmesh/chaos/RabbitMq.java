package io.epmesh.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A RabbitMQ broker as Debian packages it and `bin/verify --long` unpacks it; a node of its own
/// kind, started by its own scripts.
///
/// @param host where it runs
/// @param fullName its node's
/// @param process its virtual machine
record RabbitMq(Host host, String fullName, Process process) {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Path UNPACKED = Peer.ROOT.resolve("target/otp/rabbitmq");

    /// Starts `rabbit@HOST`, whose start-up [#awaitStart] waits for.
    static RabbitMq launch(Host host) throws IOException {
        return launch(host, "rabbit@" + host.name(), "");
    }

    /// Starts one.
    ///
    /// @param configuration its `rabbitmq.conf`
    static RabbitMq launch(Host host, String fullName, String configuration) throws IOException {
        Path home = prepare(host);
        Files.writeString(home.resolve("rabbitmq.conf"), configuration);
        ProcessBuilder builder = command(host, fullName, "rabbitmq-server");
        return new RabbitMq(
                host,
                fullName,
                builder.redirectErrorStream(true)
                        .redirectOutput(home.resolve("log").toFile())
                        .start());
    }

    private static Path prepare(Host host) throws IOException {
        Path home = Files.createDirectories(host.directory().resolve("rabbitmq"));
        Path cookie = Files.writeString(home.resolve(".erlang.cookie"), "chaos");
        Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
        return home;
    }

    /// Puts its programs into the workplace of a host, whose `rabbitmq.conf` and
    /// `rabbitmq-env.conf` they read; they are for the node that these name, else for
    /// `rabbit@HOST`.
    static void install(Host host) throws IOException {
        Path home = prepare(host);
        Workplace workplace = Workplace.of(host);
        for (String program : List.of("rabbitmqctl", "rabbitmq-server", "rabbitmq-diagnostics")) {
            StringBuilder script = new StringBuilder("#!/bin/sh\n");
            surroundings(home)
                    .forEach((name, value) ->
                            script.append("export %s='%s'\n".formatted(name, value)));
            script.append(
                    "export RABBITMQ_CONFIG_FILE='%s/rabbitmq'\n".formatted(host.directory()));
            script.append("exec '%s/sbin/%s' \"$@\"\n".formatted(UNPACKED, program));
            workplace.install(program, script.toString());
        }
    }

    /// The same for a node of another name.
    static void install(Host host, String fullName) throws IOException {
        install(host);
        Path settings = host.directory().resolve("rabbitmq-env.conf");
        Files.writeString(settings, "NODENAME=%s\n".formatted(fullName));
    }

    /// Skips the calling test where there is no RabbitMQ.
    static void assumeThere() {
        assumeTrue(Files.isDirectory(UNPACKED), "RabbitMQ: fetched by bin/verify --long");
    }

    /// Waits until it serves.
    void awaitStart() {
        // It fails at once while the node is not registered.
        Await.within(START, () -> ctl("await_startup", "--timeout", "30"));
    }

    /// `rabbitmqctl` with these arguments, which must succeed.
    String ctl(String... arguments) {
        return Commands.run(command(host, fullName, "rabbitmqctl", arguments)).orFail().out();
    }

    private static ProcessBuilder command(
            Host host, String fullName, String script, String... arguments) {
        Path home = host.directory().resolve("rabbitmq");
        List<String> command = new ArrayList<>();
        command.add(UNPACKED.resolve("sbin").resolve(script).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = host.process(command.toArray(String[]::new));
        builder.environment().putAll(surroundings(home));
        builder.environment().put("RABBITMQ_NODENAME", fullName);
        return builder;
    }

    private static Map<String, String> surroundings(Path home) {
        return Map.of(
                "HOME", home.toString(),
                "LC_ALL", "C.UTF-8",
                "RABBITMQ_MNESIA_BASE", home.resolve("mnesia").toString(),
                "RABBITMQ_LOG_BASE", home.resolve("logs").toString(),
                "RABBITMQ_LOGS", "-",
                "RABBITMQ_CONFIG_FILE", home.resolve("rabbitmq").toString(),
                "RABBITMQ_CONF_ENV_FILE", home.resolveSibling("rabbitmq-env.conf").toString(),
                "RABBITMQ_ENABLED_PLUGINS_FILE", home.resolve("plugins").toString());
    }
}
