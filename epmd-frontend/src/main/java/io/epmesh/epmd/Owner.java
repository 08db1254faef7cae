package io.epmesh.epmd;

/// What a registration lives as long as: a connection. Called on the event loop.
interface Owner {
    /// The name was claimed for this owner.
    void granted(Registration registration);

    /// The name was not to be had.
    ///
    /// @param reason for the log
    void refused(String reason);

    /// The registration was dropped at somebody's request (STOP_REQ).
    void stopped();
}
