package io.epmesh.node.session;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.Extra;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.Owner;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Refusal;
import io.epmesh.epmd.Registrar;
import io.epmesh.epmd.Registration;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The registration of one session's client, which lasts as long as the session. On the event loop.
///
/// It has no grace: the end of a connection is the first sign that a node has died. Its secret lets
/// the client take the name back from a session that ended unnoticed.
final class SessionRegistration implements Owner {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Request.Register request;
    private final Alive2 alive;
    private final Optional<String> host;
    private final Registrar registrar;
    private final Client client;
    private final String secret = secret();

    /// Null until the name is granted.
    private @Nullable Registration registration;

    private boolean ended;

    /// Who registers.
    interface Client {
        /// Its request is answered.
        void answered(Answer answer);

        /// Its session must end, and with it the registration.
        void ended();

        /// The connection of its session.
        Optional<Connection> connection();
    }

    /// @throws IllegalArgumentException if an argument is not what it should be
    SessionRegistration(Request.Register request, Registrar registrar, Client client) {
        this.request = request;
        this.registrar = registrar;
        this.client = client;
        String node = request.node();
        boolean full = node.indexOf('@') >= 0;
        var checked = io.epmesh.node.naming.NodeName.parse(full ? node : node + "@host");
        this.host = full ? Optional.of(checked.host()) : Optional.empty();
        if (request.creation().equals(Optional.of(0L))) {
            throw new IllegalArgumentException("creation: 0 (expected: 1..4294967295)");
        }
        this.alive =
                new Alive2(
                        new NodeName(checked.name()),
                        new PortInfo(
                                request.port(),
                                request.nodeType(),
                                request.protocol().protocol(),
                                request.protocol().highestVersion(),
                                request.protocol().lowestVersion(),
                                Extra.NONE));
    }

    private static String secret() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    void claim() {
        registrar.claim(alive, this);
    }

    @Override
    public Optional<String> host() {
        return host;
    }

    @Override
    public OptionalLong creation() {
        return request.creation().map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    @Override
    public void granted(Registration granted) {
        registration = granted;
        long creation = granted.ownCreation().orElse(granted.creation());
        client.answered(new Answer.Registered(creation, secret));
    }

    @Override
    public void refused(Refusal reason) {
        ended = true;
        client.answered(
                switch (reason) {
                    case TAKEN ->
                            Answer.Failure.of(
                                    ErrorCode.TAKEN,
                                    "node name: %s (expected: one that no other node of this host"
                                                    .formatted(alive.name())
                                            + " has)");
                    case FULL, OVER_SHARE -> Answer.Failure.of(ErrorCode.LIMIT, reason.toString());
                    case NOT_ALLOWED ->
                            Answer.Failure.of(
                                    ErrorCode.NOT_ALLOWED,
                                    "not allowed from another host (expected: one that the peer's"
                                            + " register-allow has)");
                });
    }

    @Override
    public void stopped() {
        client.ended();
        end();
    }

    @Override
    public Optional<Connection> connection() {
        return client.connection();
    }

    @Override
    public void ended() {
        stopped();
    }

    @Override
    public void contested(Alive2 claim, InetAddress source, Owner newcomer) {
        if (newcomer instanceof SessionRegistration other && other.resumes(secret)) {
            client.ended();
            end();
        }
    }

    private boolean resumes(String its) {
        return request.resume().isPresent()
                && MessageDigest.isEqual(
                        request.resume().get().getBytes(StandardCharsets.UTF_8),
                        its.getBytes(StandardCharsets.UTF_8));
    }

    /// The session has ended.
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (registration == null) {
            registrar.withdraw(alive.name(), this);
        } else {
            registrar.release(registration);
        }
    }
}
