package io.epmesh.epmd;

import java.net.InetAddress;

/// What other hosts may wish of this server; this host may all. Called on the event loop, at every
/// connection: it must be quick, and must not block.
public interface Access {
    /// What a source may be allowed.
    enum Wish {
        /// To connect at all: look names up, list them, and begin what an [Extension] goes on with.
        ASK,
        /// To register a node as well.
        REGISTER
    }

    /// As the C program: everybody may ask, this host alone registers.
    Access AS_EPMD =
            new Access() {
                @Override
                public boolean allows(Wish wish, InetAddress remote) {
                    return wish == Wish.ASK;
                }

                @Override
                public void refused(Wish wish, InetAddress remote) {}
            };

    /// Whether a source that is not of this host may do something.
    ///
    /// @param wish what it wants
    /// @param remote its address
    /// @return whether it may
    boolean allows(Wish wish, InetAddress remote);

    /// A source was refused; its connection is closed without a reply.
    ///
    /// @param wish what it wanted
    /// @param remote its address
    void refused(Wish wish, InetAddress remote);
}
