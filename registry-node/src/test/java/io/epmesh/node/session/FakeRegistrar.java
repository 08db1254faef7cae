package io.epmesh.node.session;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.Owner;
import io.epmesh.epmd.Refusal;
import io.epmesh.epmd.Registrar;
import io.epmesh.epmd.Registration;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Grants names that are free, with creations 101, 102 and on; lets who asks for another wait until
/// the name is free.
final class FakeRegistrar implements Registrar {
    /// Whether anybody may register.
    boolean allowed = true;

    /// What happened, as text.
    final List<String> events = new ArrayList<>();

    private final Map<NodeName, Owner> owners = new HashMap<>();
    private final Map<NodeName, Waiting> waiting = new HashMap<>();
    private long lastId;

    private record Waiting(Alive2 request, InetAddress source, Owner owner) {}

    @Override
    public boolean mayRegister() {
        return allowed;
    }

    @Override
    public void claim(Alive2 request, Owner owner) {
        if (allowed) {
            claim(request, InetAddress.getLoopbackAddress(), owner);
        } else {
            owner.refused(Refusal.NOT_ALLOWED);
        }
    }

    private void claim(Alive2 request, InetAddress source, Owner owner) {
        NodeName name = request.name();
        if (owners.containsKey(name)) {
            waiting.put(name, new Waiting(request, source, owner));
            owners.get(name).contested(request, source, owner);
            return;
        }
        owners.put(name, owner);
        events.add("registered " + name + " " + request.info().port());
        owner.granted(
                new Registration(
                        ++lastId,
                        name,
                        request.info(),
                        100 + lastId,
                        Instant.EPOCH,
                        source,
                        owner.host(),
                        owner.creation()));
    }

    @Override
    public void withdraw(NodeName name, Owner owner) {
        waiting.remove(name);
        events.add("withdrawn " + name);
    }

    @Override
    public void release(Registration registration) {
        NodeName name = registration.name();
        owners.remove(name);
        events.add("released " + name);
        Waiting next = waiting.remove(name);
        if (next != null) {
            claim(next.request(), next.source(), next.owner());
        }
    }

    Owner owner(String name) {
        Owner owner = owners.get(new NodeName(name));
        if (owner == null) {
            throw new AssertionError("nobody has " + name);
        }
        return owner;
    }

    Owner waiting(String name) {
        Waiting next = waiting.get(new NodeName(name));
        if (next == null) {
            throw new AssertionError("nobody waits for " + name);
        }
        return next.owner();
    }
}
