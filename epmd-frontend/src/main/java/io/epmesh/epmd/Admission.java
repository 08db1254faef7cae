package io.epmesh.epmd;

import io.epmesh.epmd.Access.Wish;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Who may do what: this host everything, others what [Access] allows; owned by the event loop.
final class Admission {
    private final Locality locality;
    private final Access access;
    private final Counters counters;

    Admission(Locality locality, Access access, Counters counters) {
        this.locality = locality;
        this.access = access;
        this.counters = counters;
    }

    boolean isLocal(Channel channel) {
        return locality.isLocal(remote(channel), local(channel));
    }

    /// Whether a connection is to be served at all. Asked of each before anything is read from it
    /// or set up for it: whoever is refused here has cost an accept and a close.
    boolean mayAsk(Channel channel) {
        return may(Wish.ASK, channel);
    }

    boolean mayRegister(Channel channel) {
        return may(Wish.REGISTER, channel);
    }

    /// The same, where nothing is asked for yet: a no is neither counted nor told.
    boolean wouldRegister(Channel channel) {
        return allows(Wish.REGISTER, channel);
    }

    private boolean may(Wish wish, Channel channel) {
        if (allows(wish, channel)) {
            return true;
        }
        counters.count(Counters.Event.NOT_ALLOWED);
        access.refused(wish, remote(channel));
        return false;
    }

    private boolean allows(Wish wish, Channel channel) {
        InetAddress remote = remote(channel);
        return access.allows(wish, remote) || locality.isLocal(remote, local(channel));
    }

    private static InetAddress remote(Channel channel) {
        return ((InetSocketAddress) channel.remoteAddress()).getAddress();
    }

    private static InetAddress local(Channel channel) {
        return ((InetSocketAddress) channel.localAddress()).getAddress();
    }
}
