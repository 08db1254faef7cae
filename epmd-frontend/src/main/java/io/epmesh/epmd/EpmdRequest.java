package io.epmesh.epmd;

/// A request as EPMD knows it; [RequestCodec] has the bytes.
public sealed interface EpmdRequest {
    /// ALIVE2_REQ: registers a name for as long as the connection lasts.
    ///
    /// @param name the short name
    /// @param info what look-ups of it answer
    record Alive2(NodeName name, PortInfo info) implements EpmdRequest {}

    /// An ALIVE2_REQ whose shape is right and whose name or Extra is not: it is answered with
    /// result 1.
    ///
    /// @param highestVersion HighestVersion of the request, which chooses the reply's form
    /// @param reason what is wrong, for the log
    record RefusedAlive2(int highestVersion, String reason) implements EpmdRequest {}

    /// PORT_PLEASE2_REQ: asks for the port of a node.
    ///
    /// @param name a short name of this host, or a full one of any
    record PortPlease2(NodeName name) implements EpmdRequest {}

    /// NAMES_REQ: asks for this host's names.
    record Names() implements EpmdRequest {}

    /// DUMP_REQ: asks for all that the server remembers.
    record Dump() implements EpmdRequest {}

    /// KILL_REQ: asks the server to end.
    record Kill() implements EpmdRequest {}

    /// STOP_REQ: asks the server to drop a registration.
    ///
    /// @param name the short name
    record Stop(NodeName name) implements EpmdRequest {}

    /// STOP_REQ of bytes that no registration can have as its name: it is answered as one of an
    /// unknown name.
    record StopNoName() implements EpmdRequest {}
}
