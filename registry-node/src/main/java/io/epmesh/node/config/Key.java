package io.epmesh.node.config;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All configuration keys; `docs/operating.md` explains each.
public enum Key {
    /// Port of the EPMD server.
    EPMD_PORT("PORT", "ERL_EPMD_PORT", "port on which this peer is epmd"),
    /// Addresses of the EPMD server.
    EPMD_ADDRESS("LIST", "ERL_EPMD_ADDRESS", "addresses of the EPMD port, beside loopback, or all"),
    /// Who may ask.
    EPMD_ALLOW("LIST", null, "who may look names up: any, or local, peers, addresses, networks"),
    /// Who may register nodes.
    REGISTER_ALLOW("LIST", null, "who may register nodes: local, and addresses, networks"),
    /// How long a silent client may stay.
    PACKET_TIMEOUT("TIME", null, "how long an unfinished EPMD request may take, as 60s"),
    /// Whether epmd's KILL and STOP are obeyed.
    RELAXED_COMMAND_CHECK(
            "BOOLEAN",
            "ERL_EPMD_RELAXED_COMMAND_CHECK",
            "obey epmd -kill with living nodes, and epmd -stop"),
    /// Whether another epmd is replaced.
    TAKEOVER("BOOLEAN", null, "take the place of an epmd that has the port, with its names"),
    /// Host parts of this host's nodes.
    HOST_NAME("LIST", null, "host parts of this host's nodes, canonical one first"),
    /// Where this host's nodes are dialled.
    ADVERTISE("LIST", null, "addresses where this host's nodes are dialled, one per family"),
    /// Which mesh this peer belongs to.
    MESH_NAME("NAME", null, "name of the mesh; peers of another name never mix"),
    /// Address of the gossip.
    GOSSIP_ADDRESS("ADDRESS", null, "address of the gossip between peers"),
    /// Port of the gossip.
    GOSSIP_PORT("PORT", null, "port of the gossip between peers"),
    /// Where others dial the gossip.
    GOSSIP_ADVERTISE(
            "ADDRESS[:PORT]",
            null,
            "where other peers dial the gossip, behind NAT or in containers"),
    /// Whom to ask for the mesh.
    JOIN("LIST", null, "peers to join, HOST[:PORT],…, dns:NAME[:PORT] or multicast[:PORT]"),
    /// Shared identity of the mesh.
    KEY_FILE("FILE", null, "the mesh's shared identity, as 'epmesh keys new' makes it"),
    /// Consent to gossip in clear text.
    INSECURE_GOSSIP("BOOLEAN", null, "allow gossip in clear text beyond loopback"),
    /// Secret of those who may write.
    OPERATOR_FILE("FILE", null, "token of those who may write; none: any user of this host"),
    /// Where state is kept.
    DATA_DIR("DIRECTORY", null, "identity, journal and registrations of this peer"),
    /// Address of the HTTP interface.
    HTTP("ADDRESS:PORT", null, "loopback address of the HTTP interface, or off"),
    /// Ports of nodes that nobody registered.
    STATIC_PORT("RULES", null, "port of nodes nobody registered, PORT or GLOB=PORT,…"),
    /// Which connections go through cables.
    RELAY("MODE", null, "look-ups that are led through cables: off, module or all"),
    /// Host part of nodes that are found on any host.
    MESH_HOST("SHORT[,DOTTED]", null, "host part of nodes that the relays reach on any host"),
    /// Port of the tunnel between relays.
    RELAY_PORT("PORT", null, "port of the cables between relays"),
    /// How much is logged.
    LOG_LEVEL("LEVEL", "EPMESH_LOG", "error, warning, info, debug or trace"),
    /// How a line of the log looks.
    LOG_FORMAT("FORMAT", null, "lines of the log: text or json");

    private final String label;
    private final Optional<String> alias;
    private final String meaning;

    Key(String label, @Nullable String alias, String meaning) {
        this.label = label;
        this.alias = Optional.ofNullable(alias);
        this.meaning = meaning;
    }

    /// {@return the key as files and, behind `--`, flags spell it}
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// {@return its environment variable}
    public String variable() {
        return "EPMESH_" + name();
    }

    /// {@return a second variable that is honoured where [#variable()] is not set}
    public Optional<String> alias() {
        return alias;
    }

    /// {@return what stands for the value in a usage text}
    public String label() {
        return label;
    }

    /// {@return one line for a usage text}
    public String meaning() {
        return meaning;
    }

    /// Finds a key by its spelling.
    ///
    /// @param key as [#key()] gives it
    /// @return empty if there is none
    public static Optional<Key> of(String key) {
        return Stream.of(values()).filter(k -> k.key().equals(key)).findAny();
    }
}
