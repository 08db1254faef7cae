package io.epmesh.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.node.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamespacesTest {
    @TempDir private Path proc;

    @BeforeEach
    void look() throws IOException {
        process("self", "java", "net:[1]");
    }

    @Test
    void nodesElsewhere_areErlangsOfAnotherNetwork() throws IOException {
        process("7", "beam.smp", "net:[2]", "beam.smp", "--", "-sname", "b", "-noshell");
        process("12", "beam.smp", "net:[2]", "beam.smp", "-name", "c@10.0.0.2");
        process("13", "beam.smp", "net:[3]", "beam.smp", "-sname");
        process("8", "beam.smp", "net:[1]", "beam.smp", "-sname", "here");
        process("9", "nginx", "net:[2]", "nginx", "-sname", "none");
        assertThat(new Namespaces(proc).nodesElsewhere())
                .containsExactly(
                        new Namespaces.Node(7, "b"),
                        new Namespaces.Node(12, "c@10.0.0.2"),
                        new Namespaces.Node(13, ""));
    }

    @Test
    void nodesElsewhere_whereTheSystemDoesNotTell_areNone() throws IOException {
        process("7", "beam.smp", "net:[2]");
        Files.delete(proc.resolve("7/ns/net"));
        assertThat(new Namespaces(proc).nodesElsewhere()).isEmpty();
        assertThat(new Namespaces(proc.resolve("none")).nodesElsewhere()).isEmpty();
    }

    @Test
    void nodesElsewhere_ofThisSystem_areFound() throws Exception {
        Path program =
                Files.writeString(
                        proc.resolve("beam.smp"), "#!/bin/sh\necho ready\nread _\nexit 0\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Process process =
                new ProcessBuilder(
                                "unshare",
                                "--map-root-user",
                                "--net",
                                program.toString(),
                                "-sname",
                                "apart")
                        .redirectErrorStream(true)
                        .start();
        try {
            assumeTrue(
                    "ready".equals(process.inputReader().readLine()),
                    "this user may make no network namespace");
            Namespaces.Node expected = new Namespaces.Node(process.pid(), "apart");
            Await.until(
                    "it is seen",
                    () -> new Namespaces(Path.of("/proc")).nodesElsewhere().contains(expected));
        } finally {
            process.destroy();
        }
    }

    private void process(String id, String command, String network, String... arguments)
            throws IOException {
        Path process = proc.resolve(id);
        Files.createDirectories(process.resolve("ns"));
        Files.createSymbolicLink(process.resolve("ns/net"), Path.of(network));
        Files.writeString(process.resolve("comm"), command + "\n");
        Files.writeString(process.resolve("cmdline"), String.join("\0", List.of(arguments)) + "\0");
    }
}
