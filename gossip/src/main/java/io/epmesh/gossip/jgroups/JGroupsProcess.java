package io.epmesh.gossip.jgroups;

import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jgroups.logging.LogFactory;
import org.jgroups.util.ExtendedUUID;

/// What JGroups keeps for the whole process: where it logs, what it deserializes, how it prints an
/// address.
final class JGroupsProcess {
    /// What is logged at least. The two reliable protocols log each message that they drop after a
    /// merge, many a second, and then repair it themselves. A level set by configuration stays.
    private static final Map<String, Level> LEVELS =
            Map.of(
                    "org.jgroups", Level.WARNING,
                    // Says many times over that a host has no address but loopback's.
                    "org.jgroups.stack.Configurator", Level.SEVERE,
                    "org.jgroups.protocols.UNICAST4", Level.SEVERE,
                    "org.jgroups.protocols.NAKACK4", Level.SEVERE);

    /// Held, or their levels could be collected with them.
    private static final List<Logger> LOGGERS =
            LEVELS.keySet().stream().map(Logger::getLogger).toList();

    private JGroupsProcess() {}

    /// Sets all of it; to be called before the first channel is made.
    static void prepare() {
        // Read once, when JGroups first deserializes a Java object: nothing of ours ever does.
        System.setProperty("jgroups.deserialization.filter", "!*");
        LogFactory.useJdkLogger(true);
        ExtendedUUID.setPrintFunction(PeerAddress::print);
        for (Logger logger : LOGGERS) {
            if (logger.getLevel() == null) {
                logger.setLevel(LEVELS.get(logger.getName()));
            }
        }
    }
}
