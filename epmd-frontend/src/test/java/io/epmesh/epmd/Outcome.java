package io.epmesh.epmd;

import java.util.HexFormat;

/// How a server treated an [Exchange].
///
/// @param hex what it replied
/// @param open whether the connection goes on, as that of an ALIVE2_REQ with a reply does
record Outcome(String hex, boolean open) {
    static final Outcome CLOSED = new Outcome("", false);

    private static final String REGISTERED_6 = "7600";
    private static final String REGISTERED_5 = "7900";

    boolean isRegistered() {
        return hex.startsWith(REGISTERED_6) || hex.startsWith(REGISTERED_5);
    }

    boolean isRefused() {
        return hex.equals("760100000063") || hex.equals("79010063");
    }

    boolean isExtended() {
        return hex.startsWith("76");
    }

    long creation() {
        return Long.parseLong(hex.substring(4), 16);
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /// The same with the creation left out, which differs between servers.
    Outcome withoutCreation() {
        return isRegistered() ? new Outcome(hex.substring(0, 4), open) : this;
    }
}
