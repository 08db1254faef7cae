package io.epmesh.node.cli;

import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "cut", description = "Cuts the cables between two groups of nodes.")
final class CutCommand implements Callable<Integer> {
    @Mixin private final PeerOptions peer;
    @Mixin private final IslandOptions islands = new IslandOptions();
    @ArgGroup private @Nullable Treatment treatment;
    @Spec private CommandSpec spec = CommandSpec.create();

    CutCommand(Terminal terminal) {
        peer = new PeerOptions(terminal);
    }

    /// What happens to a cut cable.
    private static final class Treatment {
        @Option(names = "--stall", description = "nothing passes, and nobody is told (default)")
        private boolean stall;

        @Option(names = "--reset", description = "both ends are reset, and so are new cables")
        private boolean reset;

        boolean isReset() {
            return reset && !stall; // picocli allows one of them
        }
    }

    @Override
    public Integer call() throws IOException {
        CutRequest request =
                islands.request(
                        spec,
                        () ->
                                treatment != null && treatment.isReset()
                                        ? Effect.reset()
                                        : Effect.stall());
        return peer.order("cut " + islands.text(request), client -> client.cut(request));
    }
}
