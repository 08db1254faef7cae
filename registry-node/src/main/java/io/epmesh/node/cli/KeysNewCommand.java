package io.epmesh.node.cli;

import io.epmesh.gossip.jgroups.MeshKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

final class KeysNewCommand implements Command {
    private final Terminal terminal;
    private Path file = Path.of("");

    KeysNewCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Usage usage() {
        return new Usage("Makes a new identity for a mesh, to be copied to each host.")
                .operand("FILE", "does not exist yet", text -> file = Arguments.file("FILE", text));
    }

    @Override
    public int run() {
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
