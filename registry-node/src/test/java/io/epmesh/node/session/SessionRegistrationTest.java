package io.epmesh.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Refusal;
import io.epmesh.node.config.Operator;
import io.epmesh.node.naming.FakeMesh;
import io.epmesh.node.naming.NodeEntry;
import io.epmesh.node.naming.Samples;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionRegistrationTest {
    private final FakeRegistrar registrar = new FakeRegistrar();
    private final MeshSessions sessions =
            new MeshSessions(
                    new FakeMesh(),
                    () -> Samples.ID_1,
                    "epmesh",
                    "0.1.0",
                    List.of(),
                    _ -> local(),
                    Operator.ANY_USER);
    private boolean local = true;
    private final SessionClient client = new SessionClient(sessions, registrar);

    private boolean local() {
        return local;
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(client.hasAnswer()).isFalse();
        client.close();
    }

    @Test
    void register_fullName_isGrantedWithItsHost() {
        client.send(1, register("a@h1"));

        assertThat(registered(client, 1).creation()).isEqualTo(101);
        assertThat(registrar.events).containsExactly("registered a 40001");
        assertThat(registrar.owner("a").host()).contains("h1");
    }

    @Test
    void register_shortName_hasNoHost() {
        client.send(1, register("a"));

        registered(client, 1);
        assertThat(registrar.owner("a").host()).isEmpty();
    }

    @Test
    void register_nodeThatHasACreation_keepsIt() {
        client.send(1, register("a@h1", Optional.of(4711L), Optional.empty()));

        assertThat(registered(client, 1).creation()).isEqualTo(4711);
    }

    @Test
    void sessionEnds_soDoesTheRegistration() {
        client.send(1, register("a@h1"));
        registered(client, 1);
        client.close();

        assertThat(registrar.events).containsExactly("registered a 40001", "released a");
    }

    @Test
    void sessionEndsWhileItWaits_isWithdrawn() {
        client.send(1, register("a@h1"));
        registered(client, 1);
        SessionClient other = new SessionClient(sessions, registrar);
        other.send(1, register("a@h1"));
        other.close();

        assertThat(registrar.events).containsExactly("registered a 40001", "withdrawn a");
    }

    @Test
    void register_taken_isRefusedAndMayBeTriedAgain() {
        client.send(1, register("a@h1"));
        registered(client, 1);
        SessionClient other = new SessionClient(sessions, registrar);
        other.send(1, register("a@h2"));
        assertThat(other.hasAnswer()).isFalse();
        registrar.waiting("a").refused(Refusal.TAKEN);
        assertThat(other.error(1)).isEqualTo(ErrorCode.TAKEN);
        assertThat(other.isOpen()).isTrue();

        other.send(2, register("b@h2"));
        registered(other, 2);
        other.close();
    }

    @Test
    void register_full_isALimit() {
        client.send(1, register("a@h1"));
        registered(client, 1);
        SessionClient other = new SessionClient(sessions, registrar);
        other.send(1, register("a@h1"));
        registrar.waiting("a").refused(Refusal.FULL);

        assertThat(other.error(1)).isEqualTo(ErrorCode.LIMIT);
        other.close();
    }

    @Test
    void register_withTheSecret_takesTheNameFromTheSessionBefore() {
        client.send(1, register("a@h1"));
        String secret = registered(client, 1).resume();
        SessionClient other = new SessionClient(sessions, registrar);
        other.send(1, register("a@h1", Optional.of(101L), Optional.of(secret)));

        assertThat(registered(other, 1).creation()).isEqualTo(101);
        assertThat(client.isOpen()).isFalse();
        assertThat(registrar.events)
                .containsExactly("registered a 40001", "released a", "registered a 40001");
        other.close();
    }

    @Test
    void register_withAnotherSecret_waits() {
        client.send(1, register("a@h1"));
        String secret = registered(client, 1).resume();
        SessionClient other = new SessionClient(sessions, registrar);
        other.send(
                1,
                register("a@h1", Optional.empty(), Optional.of("0" + secret.substring(1) + "x")));

        assertThat(other.hasAnswer()).isFalse();
        assertThat(client.isOpen()).isTrue();
        other.close();
    }

    @Test
    void stopped_endsTheSession() {
        client.send(1, register("a@h1"));
        registered(client, 1);
        registrar.owner("a").stopped();

        assertThat(client.isOpen()).isFalse();
        assertThat(registrar.events).containsExactly("registered a 40001", "released a");
    }

    @Test
    void register_twiceInOneSession_isRefused() {
        client.send(1, register("a@h1"));
        registered(client, 1);
        client.send(2, register("b@h1"));

        assertThat(client.error(2)).isEqualTo(ErrorCode.BAD_ARGUMENT);
    }

    @Test
    void register_whatIsNoNameOrCreation_isRefused() {
        for (String name : List.of("", "@h1", "a@", "a b@h1", "a@b@c", "x".repeat(256))) {
            client.send(1, register(name));
            assertThat(client.error(1)).isEqualTo(ErrorCode.BAD_ARGUMENT);
        }
        client.send(1, register("a", Optional.of(0L), Optional.empty()));
        assertThat(client.error(1)).isEqualTo(ErrorCode.BAD_ARGUMENT);
        assertThat(registrar.events).isEmpty();
    }

    @Test
    void register_fromAnotherHost_isGrantedWhereItMay() {
        local = false;
        SessionClient remote = new SessionClient(sessions, registrar);
        remote.send(1, register("a@h1"));

        registered(remote, 1);
        remote.close();
        assertThat(registrar.events).containsExactly("registered a 40001", "released a");
    }

    @Test
    void register_fromAnotherHost_isNotAllowedElse() {
        local = false;
        registrar.allowed = false;
        SessionClient remote = new SessionClient(sessions, registrar);
        remote.send(1, register("a@h1"));

        assertThat(remote.error(1)).isEqualTo(ErrorCode.NOT_ALLOWED);
        assertThat(remote.isOpen()).isTrue();
        remote.close();
    }

    @Test
    void register_moreFromOneSourceThanItMay_isALimit() {
        client.send(1, register("a@h1"));
        registered(client, 1);
        SessionClient other = new SessionClient(sessions, registrar);
        other.send(1, register("a@h1"));
        registrar.waiting("a").refused(Refusal.OVER_SHARE);

        assertThat(other.error(1)).isEqualTo(ErrorCode.LIMIT);
        other.close();
    }

    @Test
    void sessions_ofOneSourceThatMayNotRegister_areSixtyFour() {
        local = false;
        registrar.allowed = false;
        List<SessionClient> held =
                Stream.generate(() -> new SessionClient(sessions, registrar)).limit(64).toList();

        assertThat(SessionClient.refused(sessions, registrar)).isEqualTo(ErrorCode.BUSY);
        registrar.allowed = true; // of a pool of its own
        new SessionClient(sessions, registrar).close();
        registrar.allowed = false;
        held.getFirst().close();
        new SessionClient(sessions, registrar).close();
        held.forEach(SessionClient::close);
    }

    private static Answer.Registered registered(SessionClient from, long request) {
        return (Answer.Registered) from.answer(request);
    }

    private static Request register(String node) {
        return register(node, Optional.empty(), Optional.empty());
    }

    private static Request register(String node, Optional<Long> creation, Optional<String> resume) {
        return new Request.Register(node, 40001, 77, NodeEntry.Protocol.MODERN, creation, resume);
    }
}
