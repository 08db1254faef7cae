package io.epmesh.node.doctor;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.ConfigurationException;
import io.epmesh.node.config.Setting;
import io.epmesh.node.naming.NodeName;
import java.util.List;

/// Examines this host, or the way to a node.
public final class Doctor {
    private Doctor() {}

    /// Examines this host.
    ///
    /// @param configuration what its peer is told
    /// @param next what a start would be told now
    /// @return what was found, in order
    public static List<Finding> host(Configuration configuration, List<Setting> next) {
        try (SystemNetwork network = new SystemNetwork()) {
            return new HostExamination(configuration, next, network).run();
        }
    }

    /// Says what is wrong with a configuration that no peer could start with.
    ///
    /// @param reason why not
    /// @return that alone
    public static List<Finding> host(ConfigurationException reason) {
        return List.of(
                Finding.wrong(
                        "configuration",
                        String.valueOf(reason.getMessage()),
                        "correct it; no peer starts with this alone"));
    }

    /// Examines the way to a node.
    ///
    /// @param node its full name
    /// @param epmdPort EPMD's port on all hosts, 1..65535
    /// @return what was found, in order
    public static List<Finding> node(NodeName node, int epmdPort) {
        try (SystemNetwork network = new SystemNetwork()) {
            return new NodeExamination(node, epmdPort, network).run();
        }
    }
}
