package io.epmesh.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// A kind of node that speaks Erlang's distribution, and how one is started.
enum NodeKind {
    /// The Erlang that is installed.
    INSTALLED(true) {
        @Override
        Running start(Host host, String name, ErlangNode other) throws Exception {
            return erlang(ErlangNode.launch(host, name, PORT), other);
        }
    },
    /// OTP 23.2, the last before nodes registered again by themselves.
    BULLSEYE(false),
    /// OTP 27.
    TRIXIE(true),
    /// OTP 29.
    SID(true),
    /// Written in C with `ei`.
    C(false) {
        @Override
        Running start(Host host, String name, ErlangNode other) throws Exception {
            Path erlang = Path.of("/usr/lib/erlang/usr");
            assumeTrue(isInstalled("gcc"), "gcc is not installed");
            assumeTrue(Files.exists(erlang.resolve("include/ei.h")), "erlang-dev is not installed");
            String program = Path.of("target", "cnode").toAbsolutePath().toString();
            Commands.run(
                            "gcc",
                            "-o",
                            program,
                            "-I" + erlang.resolve("include"),
                            resource("cnode.c"),
                            "-L" + erlang.resolve("lib"),
                            "-lei",
                            "-pthread")
                    .orFail();
            return running(host, program, name, other.fullName());
        }
    },
    /// Written in Java with JInterface.
    JINTERFACE(false) {
        @Override
        Running start(Host host, String name, ErlangNode other) throws Exception {
            String inDebian = "usr/share/java/OtpErlang.jar";
            Path fetched = OTHERS.resolve("jinterface").resolve(inDebian);
            Path jar = Files.exists(fetched) ? fetched : Path.of("/", inDebian);
            assumeTrue(Files.exists(jar), "erlang-jinterface is not installed");
            String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String program = resource("JNode.java");
            return running(host, java, "-cp", jar.toString(), program, name, other.fullName());
        }
    };

    private static final int PORT = 9301;

    /// Where `bin/verify` keeps what it fetches.
    private static final Path OTHERS = Peer.ROOT.resolve("target/otp");

    private final boolean registersAgain;

    NodeKind(boolean registersAgain) {
        this.registersAgain = registersAgain;
    }

    /// A node of some kind.
    ///
    /// @param fullName as it says itself
    /// @param port where it says to listen
    record Running(Process process, String fullName, int port) implements AutoCloseable {
        void kill() {
            process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            kill();
        }
    }

    /// Whether its nodes register again when their EPMD was gone.
    boolean registersAgain() {
        return registersAgain;
    }

    /// Starts a node, which connects to `other`; skips the calling test where there is none of this
    /// kind.
    Running start(Host host, String name, ErlangNode other) throws Exception {
        // As `bin/verify --long` unpacks it.
        Path root = OTHERS.resolve(name().toLowerCase(Locale.ROOT));
        assumeTrue(Files.isDirectory(root), root.getFileName() + ": fetched by bin/verify --long");
        List<String> command = List.of("sh", root.resolve("erl").toString());
        return erlang(ErlangNode.launchWith(command, host, name, PORT), other);
    }

    private static Running erlang(ErlangNode node, ErlangNode other) throws Exception {
        node.awaitStart();
        if (!node.reaches(other.fullName())) {
            throw new AssertionError(node.fullName() + " does not reach " + other.fullName());
        }
        return new Running(node.process(), node.fullName(), node.port());
    }

    private static Running running(Host host, String... command) throws IOException {
        Process process = host.process(command).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        String line = process.inputReader().readLine();
        while (line != null && !line.startsWith("=> ")) {
            said.add(line);
            line = process.inputReader().readLine();
        }
        if (line == null) {
            throw new AssertionError(String.join(" ", command) + " ended: " + said);
        }
        String[] words = line.split(" ", 3);
        return new Running(process, words[1], Integer.parseInt(words[2]));
    }

    private static String resource(String name) {
        return Path.of("src", "test", "resources", name).toAbsolutePath().toString();
    }

    private static boolean isInstalled(String program) {
        return Commands.run("sh", "-c", "command -v " + program).exit() == 0;
    }
}
