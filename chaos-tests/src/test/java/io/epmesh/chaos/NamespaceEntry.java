package io.epmesh.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The way onto a host that is a network namespace and a host name.
///
/// @param namespace its name
/// @param name the host name
record NamespaceEntry(String namespace, String name) implements Entry {
    // The command replaces each of the launchers in turn: the process that was started is the
    // command itself, and signals reach it.
    private static final String WITH_HOST_NAME = "hostname \"$0\" && exec \"$@\"";

    @Override
    public List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>();
        whole.addAll(List.of("ip", "netns", "exec", namespace, "setsid", "unshare", "--uts"));
        whole.addAll(List.of("sh", "-c", WITH_HOST_NAME, name));
        whole.addAll(command);
        return whole;
    }

    @Override
    public ProcessHandle inside(Process launcher) {
        return launcher.toHandle();
    }

    @Override
    public Path network() {
        return Path.of("/run/netns", namespace);
    }
}
