package io.epmesh.chaos;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// An ejabberd as Debian packages it and `bin/verify --long` unpacks it. Its `ejabberdctl` is the
/// package's, but for the user it wants and for where the libraries are.
final class Ejabberd {
    private static final Path UNPACKED = Peer.ROOT.resolve("target/otp/ejabberd");

    private Ejabberd() {}

    /// Skips the calling test where there is none.
    static void assumeThere() {
        assumeTrue(Files.isDirectory(UNPACKED), "ejabberd: fetched by bin/verify --long");
    }

    /// Puts it into the workplace of a host, whose `ejabberdctl.cfg` it reads.
    static void install(Host host) throws IOException {
        Path home = host.directory();
        Files.createDirectories(home.resolve("logs"));
        Files.copy(UNPACKED.resolve("etc/ejabberd/inetrc"), home.resolve("inetrc"));
        Path cookie = Files.writeString(home.resolve(".erlang.cookie"), "chaos");
        Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
        Files.writeString(
                home.resolve("ejabberd.yml"),
                """
                hosts: [localhost]
                loglevel: info
                listen: []
                modules:
                  mod_roster: {}
                """);
        String surroundings =
                """
                #!/bin/bash
                export CONFIG_DIR='%s' LOGS_DIR='%s/logs' SPOOL_DIR='%s/spool'
                """
                        .formatted(home, home, home);
        String script =
                Files.readString(UNPACKED.resolve("usr/sbin/ejabberdctl"))
                        .replaceFirst("(?m)^INSTALLUSER=.*$", "INSTALLUSER=")
                        .replaceFirst(
                                "(?m)^ERL_LIBS=.*$",
                                "ERL_LIBS=%s/usr/lib/x86_64-linux-gnu:%s/usr/lib/erlang/lib"
                                        .formatted(UNPACKED, UNPACKED));
        Workplace.of(host).install("ejabberdctl", surroundings + script);
    }
}
