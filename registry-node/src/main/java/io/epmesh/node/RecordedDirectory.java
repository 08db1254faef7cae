package io.epmesh.node;

import io.epmesh.epmd.Directory;
import io.epmesh.epmd.NamedPort;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import io.epmesh.node.adoption.Recorder;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// A directory whose registrations are remembered for the peer's next life. Called on the EPMD
/// event loop.
///
/// @param known the directory
/// @param recorder remembers, behind what happens
record RecordedDirectory(Directory known, Recorder recorder) implements Directory {
    @Override
    public boolean registered(Registration registration) {
        boolean taken = known.registered(registration);
        if (taken) {
            recorder.registered(registration);
        }
        return taken;
    }

    @Override
    public void unregistered(Registration registration) {
        known.unregistered(registration);
        recorder.unregistered(registration);
    }

    @Override
    public Optional<PortInfo> lookup(NodeName name, InetAddress remote, InetAddress local) {
        return known.lookup(name, remote, local);
    }

    @Override
    public List<NamedPort> names() {
        return known.names();
    }

    @Override
    public void stopRequested() {
        known.stopRequested();
    }
}
