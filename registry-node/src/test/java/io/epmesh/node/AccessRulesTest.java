package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.Access.Wish;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Sources;
import io.epmesh.node.naming.MeshState;
import io.epmesh.node.naming.NameTable;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// This host is h1; h2 and h3 have peers.
class AccessRulesTest {
    private static final InetAddress STRANGER = InetAddress.ofLiteral("10.0.0.66");

    private final MeshState mesh = new MeshState();
    private NameTable table;
    private final PeerAddresses peers;
    private long now = 1;

    private final List<String> lines = new ArrayList<>();
    private final Logger logger = Logger.getLogger(AccessRules.class.getName());
    private final Handler handler = new Lines();

    AccessRulesTest() {
        mesh.describe(1, "10.0.0.1", "h1");
        mesh.describe(2, "10.0.0.2", "h2", "10.0.0.22", "2001:db8::2");
        mesh.describe(3, "10.0.0.3", "h3");
        table = mesh.table(1);
        peers = new PeerAddresses(() -> table);
    }

    @BeforeEach
    void listen() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    private AccessRules rules(String lookups, String registrations) throws Exception {
        Map<Key, String> flags = new EnumMap<>(Key.class);
        flags.put(Key.EPMD_ALLOW, lookups);
        flags.put(Key.REGISTER_ALLOW, registrations);
        Configuration.Epmd epmd =
                Configuration.of(
                                Sources.read(flags, Optional.empty(), Map.of()),
                                new HostFacts(
                                        List.of("h1"), List.of(), Map.of(), Path.of("/state")))
                        .epmd();
        return new AccessRules(epmd.lookups(), epmd.registrations(), peers::contains, () -> now);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "any | local | 10.0.0.66 | true | false",
                "local | local | 10.0.0.66 | false | false",
                "local | local | 10.0.0.2 | false | false",
                "peers | local | 10.0.0.2 | true | false",
                "peers | local | 10.0.0.22 | true | false",
                "peers | local | 2001:db8::2 | true | false",
                "peers | local | 10.0.0.66 | false | false",
                "10.0.0.64/28 | local | 10.0.0.66 | true | false",
                "peers, 10.0.0.66 | local | 10.0.0.66 | true | false",
                "local, peers | local | 10.0.0.3 | true | false",
                "any | 10.0.0.64/28 | 10.0.0.66 | true | true",
                "any | 10.0.0.64/28 | 10.0.0.2 | true | false",
                "local | local, 10.0.0.66 | 10.0.0.66 | true | true",
                "any | ::/0 | fe80::1%1 | true | false",
                "any | ::/0 | 2001:db8::9 | true | true",
            })
    void allows_whatTheKeysSay(
            String lookups, String registrations, String source, boolean ask, boolean register)
            throws Exception {
        AccessRules rules = rules(lookups, registrations);
        InetAddress remote = InetAddress.ofLiteral(source);

        assertThat(rules.allows(Wish.ASK, remote)).isEqualTo(ask);
        assertThat(rules.allows(Wish.REGISTER, remote)).isEqualTo(register);
    }

    @Test
    void peers_silentOnes_countUntilTheyLeave() throws Exception {
        AccessRules rules = rules("peers", "local");
        InetAddress h2 = InetAddress.ofLiteral("10.0.0.2");

        mesh.phase(2, Phase.ORPHANED);
        table = mesh.publish(table, 1);
        assertThat(rules.allows(Wish.ASK, h2)).isTrue();

        mesh.phase(2, Phase.LEFT);
        table = mesh.publish(table, 1);
        assertThat(rules.allows(Wish.ASK, h2)).isFalse();
        assertThat(rules.allows(Wish.ASK, InetAddress.ofLiteral("10.0.0.3"))).isTrue();
    }

    @Test
    void peers_thatJoinLater_areKnownAtOnce() throws Exception {
        AccessRules rules = rules("peers", "local");
        assertThat(rules.allows(Wish.ASK, STRANGER)).isFalse();

        mesh.describe(4, "10.0.0.66", "h4");
        table = mesh.publish(table, 1);

        assertThat(rules.allows(Wish.ASK, STRANGER)).isTrue();
    }

    @Test
    void refused_sourceIsNamedOnceForEachWish_withTheHint() throws Exception {
        AccessRules rules = rules("local", "local");
        for (int i = 0; i < 3; i++) {
            rules.refused(Wish.ASK, STRANGER);
            now += 1_000_000_000;
            rules.refused(Wish.REGISTER, STRANGER);
            now += 1_000_000_000;
        }
        assertThat(lines)
                .containsExactly(
                        "10.0.0.66 may not ask and is not answered (to allow it, add its address"
                                + " or network to epmd-allow)",
                        "10.0.0.66 may not register nodes and is not answered (to allow it, add"
                                + " its address or network to register-allow)");
    }

    @Test
    void refused_manySources_areOneLineASecond_andNoneIsMissedThatComesAgain() throws Exception {
        AccessRules rules = rules("local", "local");
        for (int i = 1; i <= 100; i++) {
            rules.refused(Wish.ASK, InetAddress.ofLiteral("10.0.1." + i));
        }
        assertThat(lines).singleElement().asString().startsWith("10.0.1.1 ");
        now += 1_000_000_000;
        rules.refused(Wish.ASK, InetAddress.ofLiteral("10.0.1.7"));
        assertThat(lines).hasSize(2).last().asString().startsWith("10.0.1.7 ");
    }

    private final class Lines extends Handler {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord line) {
            lines.add(formatter.formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
