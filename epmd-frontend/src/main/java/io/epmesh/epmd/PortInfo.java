package io.epmesh.epmd;

/// What a node tells EPMD about itself, and what a look-up of it answers.
///
/// @param port PortNo, on which it accepts distribution connections, 0..65535 (0: it accepts none)
/// @param nodeType NodeType, 0..255: 77 Erlang node, 72 hidden, 104 and 110 C and Java nodes
/// @param protocol Protocol, 0..255: 0 is TCP
/// @param highestVersion HighestVersion of the distribution, 0..65535: 6 since OTP 23
/// @param lowestVersion LowestVersion of the distribution, 0..65535
/// @param extra Extra, echoed as it came
public record PortInfo(
        int port, int nodeType, int protocol, int highestVersion, int lowestVersion, Extra extra) {
    /// NodeType of an Erlang node; hidden ones send it too.
    public static final int NORMAL_NODE = 77;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a number is out of its range
    public PortInfo {
        Unsigned.u16("PortNo", port);
        Unsigned.u8("NodeType", nodeType);
        Unsigned.u8("Protocol", protocol);
        Unsigned.u16("HighestVersion", highestVersion);
        Unsigned.u16("LowestVersion", lowestVersion);
    }

    /// What an Erlang node of OTP 23 or newer registers: type 77, TCP, versions 6 to 5, no Extra.
    ///
    /// @param port PortNo, 0..65535
    /// @return the entry
    public static PortInfo ofErlangNode(int port) {
        return new PortInfo(port, NORMAL_NODE, 0, 6, 5, Extra.NONE);
    }

    /// The same entry with another port.
    ///
    /// @param newPort 0..65535
    /// @return the entry
    public PortInfo withPort(int newPort) {
        return new PortInfo(newPort, nodeType, protocol, highestVersion, lowestVersion, extra);
    }

    /// The same entry with another Extra field.
    ///
    /// @param newExtra the field
    /// @return the entry
    public PortInfo withExtra(Extra newExtra) {
        return new PortInfo(port, nodeType, protocol, highestVersion, lowestVersion, newExtra);
    }
}
