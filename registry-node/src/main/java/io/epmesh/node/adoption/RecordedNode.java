package io.epmesh.node.adoption;

import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// A registration as it is remembered for a later life of the peer.
///
/// @param name short name, distinct among the remembered
/// @param info port, type, versions and Extra, as the node sent them
/// @param creation as the node was told it, 0..2^32-1; 0 where that is not known
/// @param since when it registered
/// @param source the address from which it registered
/// @param socket the inode of its listening socket, which no other socket has until the next boot;
///   empty where it could not be told which one is the node's
/// @param said what the node said of itself; empty where it never did
public record RecordedNode(
        NodeName name,
        PortInfo info,
        long creation,
        Instant since,
        InetAddress source,
        OptionalLong socket,
        Optional<SelfDescription> said) {
    /// Without proofs.
    ///
    /// @param registration what is to be remembered
    /// @return the record
    static RecordedNode of(Registration registration) {
        return new RecordedNode(
                registration.name(),
                registration.info(),
                registration.creation(),
                registration.since(),
                registration.source(),
                OptionalLong.empty(),
                Optional.empty());
    }

    RecordedNode listeningOn(OptionalLong inode) {
        return new RecordedNode(name, info, creation, since, source, inode, said);
    }

    RecordedNode saying(SelfDescription self) {
        return new RecordedNode(name, info, creation, since, source, socket, Optional.of(self));
    }

    /// {@return the registration under an id of the new life}
    ///
    /// @param id 1 or more
    public Registration registration(long id) {
        return new Registration(id, name, info, creation, since, source);
    }
}
