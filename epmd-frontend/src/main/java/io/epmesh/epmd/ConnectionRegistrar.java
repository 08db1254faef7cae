package io.epmesh.epmd;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// The [Registrar] of a connection that was handed over.
///
/// @param channel the connection
record ConnectionRegistrar(Channel channel, Admission admission, Claims claims)
        implements Registrar {
    @Override
    public boolean mayRegister() {
        return admission.wouldRegister(channel);
    }

    @Override
    public void claim(Alive2 request, Owner owner) {
        if (admission.mayRegister(channel)) {
            claims.claim(
                    request, ((InetSocketAddress) channel.remoteAddress()).getAddress(), owner);
        } else {
            owner.refused(Refusal.NOT_ALLOWED);
        }
    }

    @Override
    public void withdraw(NodeName name, Owner owner) {
        claims.withdraw(name, owner);
    }

    @Override
    public void release(Registration registration) {
        claims.release(registration);
    }
}
