package io.epmesh.epmd;

import io.epmesh.epmd.Adoptions.Holder;
import io.epmesh.epmd.EpmdRequest.Alive2;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Owns a registration that no connection holds: it lasts until its node registers again, until it
/// is dropped, or until somebody claims the name and it does not prove to live. Confined to the
/// event loop.
final class AdoptedOwner implements Owner {
    private static final System.Logger LOG = System.getLogger(AdoptedOwner.class.getName());

    private final Registration registration;
    private final Adoptions adoptions;
    private final Claims claims;
    private final Executor loop;

    AdoptedOwner(Registration registration, Adoptions adoptions, Claims claims, Executor loop) {
        this.registration = registration;
        this.adoptions = adoptions;
        this.claims = claims;
        this.loop = loop;
    }

    @Override
    public void granted(Registration another) {
        throw new IllegalStateException("an adopted registration claims nothing: " + another);
    }

    @Override
    public void refused(Refusal reason) {
        throw new IllegalStateException("an adopted registration claims nothing: " + reason);
    }

    @Override
    public void stopped() {
        claims.release(registration);
    }

    @Override
    public void contested(Alive2 claim, InetAddress source, Owner newcomer) {
        var _ =
                adoptions
                        .contested(registration, claim.info(), source)
                        .whenCompleteAsync((holder, bug) -> decide(holder, bug, newcomer), loop);
    }

    private void decide(@Nullable Holder holder, @Nullable Throwable bug, Owner newcomer) {
        if (holder == null) {
            LOG.log(Level.ERROR, "bug: no verdict on the adopted " + registration.name(), bug);
            return;
        }
        switch (holder) {
            case SAME_NODE ->
                    claims.handOver(
                            registration,
                            newcomer,
                            successor -> adoptions.handedOver(registration, successor));
            case GONE -> claims.release(registration);
            case LIVES -> {} // and the newcomer's grace runs out
        }
    }
}
