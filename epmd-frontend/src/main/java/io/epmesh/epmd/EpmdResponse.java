package io.epmesh.epmd;

import java.util.List;

/// A reply as EPMD knows it; [ResponseCodec] has the bytes.
sealed interface EpmdResponse {
    /// Creation in a reply that refuses.
    long REFUSED_CREATION = 99;

    /// ALIVE2_X_RESP if the registrant speaks version 6, else ALIVE2_RESP.
    ///
    /// @param result 0 for registered, 1 for refused
    record Alive2Result(int highestVersion, int result, long creation) implements EpmdResponse {
        boolean isExtended() {
            return highestVersion >= 6;
        }

        static Alive2Result refused(int highestVersion) {
            return new Alive2Result(highestVersion, 1, REFUSED_CREATION);
        }
    }

    /// PORT2_RESP.
    sealed interface Port2 extends EpmdResponse {}

    /// PORT2_RESP with result 0.
    record PortFound(NodeName name, PortInfo info) implements Port2 {}

    /// PORT2_RESP with result 1.
    record PortNotFound() implements Port2 {}

    /// NAMES_RESP.
    record NamesListing(int epmdPort, List<NamedPort> names) implements EpmdResponse {}

    /// DUMP_RESP.
    record DumpListing(int epmdPort, List<Registration> active, List<FreedName> unused)
            implements EpmdResponse {}

    /// The one-word replies to KILL_REQ and STOP_REQ.
    enum Word implements EpmdResponse {
        OK,
        NO,
        STOPPED,
        NOEXIST
    }
}
