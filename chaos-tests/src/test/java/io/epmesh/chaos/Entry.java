package io.epmesh.chaos;

import java.nio.file.Path;
import java.util.List;

/// The way onto a host.
interface Entry {
    /// What runs a command on the host.
    List<String> command(List<String> command);

    /// The process of the command itself, where [#command] has one wait for it.
    ProcessHandle inside(Process launcher);

    /// The file of the host's network namespace; another one each time that the host starts, and
    /// none while it is off.
    Path network();
}
