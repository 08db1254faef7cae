package io.epmesh.node.cli;

import io.epmesh.gossip.jgroups.MeshKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "new", description = "Makes a new identity for a mesh, to be copied to each host.")
final class KeysNewCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "does not exist yet")
    private Path file = Path.of("");

    KeysNewCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try {
            MeshKey.create(file);
        } catch (FileAlreadyExistsException e) {
            terminal.error("%s exists already, and is kept".formatted(file));
            return ExitCode.NO;
        } catch (IOException e) {
            terminal.error("%s: not made: %s".formatted(file, e.getMessage()));
            return ExitCode.NO;
        }
        terminal.out()
                .printf(
                        "made %s: copy it to each host of the mesh by a safe way, and name it there"
                                + " with key-file = FILE%n",
                        file);
        return ExitCode.OK;
    }
}
