package io.epmesh.node.adoption;

/// Whether a remembered node is still the one that registered.
public enum Proof {
    /// It is: its socket still listens, or it named itself by the same name and creation.
    PROVEN,
    /// Something is there that says nothing: a node that is stopped or busy, TLS, another program.
    SILENT,
    /// Neither the system nor the node could be asked now, for want of descriptors.
    UNASKED,
    /// It is not: nothing listens, or something else.
    NONE
}
