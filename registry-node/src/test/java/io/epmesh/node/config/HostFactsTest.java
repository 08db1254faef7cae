package io.epmesh.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostFactsTest {
    @Test
    void names_shortHostName_addsResolverDomainAndHostsFile() {
        assertThat(
                        HostFacts.names(
                                "h1",
                                List.of("127.0.0.1 localhost", "10.0.0.1\th1.corp.test h1 # main"),
                                List.of(
                                        "# domain no.test",
                                        "nameserver 10.0.0.53",
                                        "search a.test b")))
                .containsExactly("h1", "h1.a.test", "h1.corp.test");
    }

    @Test
    void names_dottedHostName_isTheFullName() {
        assertThat(HostFacts.names("h1.test", List.of("1.2.3.4 h1.test.x"), List.of("domain y")))
                .containsExactly("h1", "h1.test");
    }

    @Test
    void names_searchOfRootOnly_addsNothing() {
        assertThat(HostFacts.names("h1", List.of(), List.of("search ."))).containsExactly("h1");
    }

    @Test
    void addressesByName_areThoseOfEachLine() {
        assertThat(
                        HostFacts.addressesByName(
                                List.of(
                                        "# 127.0.0.9 no",
                                        "127.77.0.1 mesh mesh.local # ours",
                                        "fd00::1\tmesh",
                                        "nonsense mesh",
                                        "127.0.0.1")))
                .isEqualTo(
                        Map.of(
                                "mesh",
                                List.of(
                                        InetAddress.ofLiteral("127.77.0.1"),
                                        InetAddress.ofLiteral("fd00::1")),
                                "mesh.local",
                                List.of(InetAddress.ofLiteral("127.77.0.1"))));
    }

    @Test
    void stateDir_dependsOnUserAndXdg() {
        assertThat(HostFacts.stateDir("root", "/root", Map.of("XDG_STATE_HOME", "/x")))
                .isEqualTo(Path.of("/var/lib/epmesh"));
        assertThat(HostFacts.stateDir("ann", "/home/ann", Map.of("XDG_STATE_HOME", "/x")))
                .isEqualTo(Path.of("/x/epmesh"));
        assertThat(HostFacts.stateDir("ann", "/home/ann", Map.of("XDG_STATE_HOME", "x")))
                .isEqualTo(Path.of("/home/ann/.local/state/epmesh"));
    }

    @Test
    void read_thisHost_isUsableAsDefaults() throws Exception {
        HostFacts facts = HostFacts.read(System.getenv());

        assertThat(facts.names()).isNotEmpty();
        assertThat(facts.addresses()).noneMatch(InetAddress::isLoopbackAddress);
        assertThat(
                        Configuration.of(Sources.read(Map.of(), Optional.empty(), Map.of()), facts)
                                .host()
                                .names())
                .startsWith(facts.names().getFirst());
    }
}
