package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The harness itself, with the C epmd: what fails here says nothing about a peer.
final class HostsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /// After two seconds instead of seven a node gives up a connection that is not answered.
    private static final String[] GIVE_UP = {"-kernel", "net_setuptime", "2"};

    @SuppressWarnings("NullAway.Init") // set before each test
    private Hosts hosts;

    @BeforeEach
    void start() throws Exception {
        hosts = Hosts.start(2);
        for (Host host : hosts.all()) {
            host.process("epmd").redirectErrorStream(true).start();
            Await.within(SOON, () -> host.epmdOf("127.0.0.1").names());
        }
    }

    @AfterEach
    void close() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    @Test
    void nodes_onTwoHosts_reachEachOtherUntilCut() throws Exception {
        Host h1 = hosts.host(1);
        Host h2 = hosts.host(2);
        try (ErlangNode one = ErlangNode.start(h1, "rabbit", 9101, GIVE_UP);
                ErlangNode two = ErlangNode.start(h2, "rabbit", 9102)) {
            assertThat(one.fullName()).isEqualTo("rabbit@h1");
            assertThat(two.reaches("rabbit@h1")).isTrue();
            assertThat(h1.epmdOf("h2").lookup("rabbit")).hasValue(9102);
            assertThat(h2.epmdOf("h2").names()).containsExactly("name rabbit at port 9102");

            one.eval("erlang:disconnect_node('rabbit@h2').");
            hosts.cut(h1, h2);
            assertThat(one.reaches("rabbit@h2")).isFalse();

            hosts.heal();
            assertThat(one.reaches("rabbit@h2")).isTrue();
        }
    }

    @Test
    void kill_ofANode_takesItsNameOff() throws Exception {
        Host h1 = hosts.host(1);
        ErlangNode node = ErlangNode.start(h1, "a", 9101);
        assertThat(h1.epmdOf("h1").lookup("a")).hasValue(9101);

        node.kill();

        Await.within(SOON, () -> assertThat(h1.epmdOf("h1").lookup("a")).isEmpty());
    }
}
