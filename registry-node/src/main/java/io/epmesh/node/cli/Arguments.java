package io.epmesh.node.cli;

import io.epmesh.node.naming.NodeName;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// Checks of arguments before any peer is asked.
final class Arguments {
    private Arguments() {}

    static NodeName node(CommandSpec spec, String text) {
        try {
            return NodeName.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    static PeerAddress endpoint(CommandSpec spec, String text) {
        return PeerAddress.parsePort(text)
                .orElseThrow(() ->
                        new ParameterException(
                                spec.commandLine(),
                                "'%s' (expected: [HOST:]PORT, port 1..65535, IPv6 address in"
                                                .formatted(text)
                                        + " brackets)"));
    }
}
