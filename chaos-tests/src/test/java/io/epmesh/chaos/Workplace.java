package io.epmesh.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// The directory of a host in which the commands of a page are typed: `bin` has the programs that
/// are not installed here, and `scp`, for hosts that share one file system.
///
/// @param host where
record Workplace(Host host) {
    /// That of a host, made when it is first asked for.
    static Workplace of(Host host) throws IOException {
        Path bin = host.directory().resolve("bin");
        Workplace workplace = new Workplace(host);
        if (!Files.exists(bin)) {
            Files.createDirectories(bin);
            workplace.install("epmesh", epmesh());
            workplace.install("scp", scp(host.directory().resolveSibling("")));
        }
        return workplace;
    }

    private static String epmesh() {
        return """
        #!/bin/sh
        export EPMESH_APP='%s' JAVA_HOME='%s'
        exec '%s/bin/epmesh' "$@"
        """
                .formatted(Peer.APP, System.getProperty("java.home"), Peer.ROOT);
    }

    private static String scp(Path hosts) {
        return """
        #!/bin/sh
        exec cp "$1" "%s/${2%%%%:*}/"
        """
                .formatted(hosts);
    }

    /// Puts a program in place.
    void install(String name, String script) throws IOException {
        Path file = Files.writeString(host.directory().resolve("bin").resolve(name), script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// A command as a shell of the host runs it.
    ProcessBuilder shell(String command) {
        ProcessBuilder builder = host.process("bash", "-c", command);
        Path directory = host.directory();
        builder.directory(directory.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "HOME", "" + directory,
                                "LC_ALL", "C.UTF-8",
                                "PATH", directory.resolve("bin") + ":" + System.getenv("PATH"),
                                "ERL_LIBS", "" + directory.resolveSibling("lib"),
                                "EPMESH_DATA_DIR", "" + directory.resolve("data")));
        return builder;
    }
}
