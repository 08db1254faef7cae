package io.epmesh.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.gossip.Identity;
import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.HostFacts;
import io.epmesh.node.config.Key;
import io.epmesh.node.config.Setting;
import io.epmesh.node.config.Sources;
import io.epmesh.node.naming.PeerEntry;
import io.epmesh.node.naming.Samples;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostExaminationTest {
    private static final InetAddress OWN = InetAddress.ofLiteral("192.0.2.1");

    /// Ids of peers, without the last two digits.
    private static final String ID = "0".repeat(30);

    @TempDir private Path directory;

    private final FakeNetwork network = new FakeNetwork();
    private final Map<Key, String> flags = new EnumMap<>(Key.class);

    @BeforeEach
    void aHostThatIsWell() throws IOException {
        flags.put(Key.HOST_NAME, "h1");
        flags.put(Key.DATA_DIR, directory.toString());
        Files.writeString(
                directory.resolve("identity"), "peer = %s\nincarnation = 1\n".formatted(ID + "01"));
        network.hosts.put("h1", OWN);
        network.own.add(OWN);
        network.atPort = peer(self("192.0.2.1"), "peers", true);
    }

    @Test
    void run_allIsWell_saysSo() throws Exception {
        assertThat(wrong()).isEmpty();
        assertThat(findings())
                .extracting(Finding::step)
                .containsExactly(
                        "host name",
                        "data-dir",
                        "operator-file",
                        "epmd port",
                        "epmd-allow",
                        "peers");
    }

    @Test
    void run_cEpmdHasThePort_advisesTakeover() throws Exception {
        network.atPort = new AtPort.Epmd(3);
        assertThat(wrong())
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.text()).isEqualTo("a C epmd has port 4369, with 3 registered");
                    assertThat(it.advice()).contains("epmesh takeover");
                });
    }

    /// Not to be taken for a C epmd, which would be taken over.
    @Test
    void run_peerThatIsTooBusy_isWrong() throws Exception {
        network.atPort = new AtPort.Unclear("time is up");
        assertThat(wrong())
                .extracting(Finding::text)
                .containsExactly(
                        "port 4369 answers as epmd, but the peer there tells no more: time is up");
    }

    @Test
    void run_portOfAnother_orOfNobody_isWrong() throws Exception {
        network.atPort = new AtPort.Stranger();
        assertThat(wrong())
                .extracting(Finding::text)
                .containsExactly("port 4369 accepts, but what has it does not answer as epmd");
        assertThat(wrong()).extracting(Finding::advice).asString().contains("status epmesh");
        network.atPort = new AtPort.Nothing("Connection refused");
        assertThat(wrong())
                .extracting(Finding::text)
                .containsExactly("nothing answers at port 4369: Connection refused");
    }

    @Test
    void run_hostNameUnknownOrElsewhere_isWrong() throws Exception {
        network.hosts.put("h1", InetAddress.ofLiteral("192.0.2.9"));
        assertThat(wrong())
                .extracting(Finding::text)
                .containsExactly("'h1' is 192.0.2.9, which is no address of this host");
        network.hosts.clear();
        assertThat(wrong()).extracting(Finding::text).containsExactly("'h1' does not resolve");
    }

    @Test
    void run_dataDirectoryMissing_isWrong() throws Exception {
        network.atPort = new AtPort.Nothing("Connection refused");
        flags.put(Key.DATA_DIR, directory.resolve("none").toString());
        assertThat(wrong())
                .first()
                .satisfies(it -> assertThat(it.text()).endsWith("none does not exist"));
    }

    /// It runs all the same, under an identity of that run, whoever may write the directory now.
    @Test
    void run_peerThatDoesNotUseItsDirectory_isWrong() throws Exception {
        var _ = Identity.renew(directory, new Random(1), 1);
        assertThat(wrong())
                .singleElement()
                .satisfies(it -> assertThat(it.text()).startsWith("the peer does not use "));
        Files.writeString(directory.resolve("identity"), "nonsense");
        assertThat(wrong()).extracting(Finding::step).containsExactly("data-dir");
        Files.delete(directory.resolve("identity"));
        assertThat(wrong()).extracting(Finding::step).containsExactly("data-dir");
    }

    @Test
    void run_operatorFileOpenToAll_isWrong() throws Exception {
        Path file = Files.writeString(directory.resolve("operator"), "0123456789abcdef");
        flags.put(Key.OPERATOR_FILE, file.toString());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(wrong())
                .singleElement()
                .satisfies(it -> assertThat(it.step()).isEqualTo("operator-file"))
                .satisfies(it -> assertThat(it.text()).startsWith(file.toString()));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(wrong()).isEmpty();
    }

    @Test
    void run_keyOfSeeds_isCompared() throws Exception {
        Path file = directory.resolve("mesh.pem");
        MeshKey.create(file);
        flags.put(Key.KEY_FILE, file.toString());
        flags.put(Key.JOIN, "h2,h3:5,h4,h5,dns:h6");
        network.hosts.put("h2", InetAddress.ofLiteral("192.0.2.2"));
        network.hosts.put("h3", InetAddress.ofLiteral("192.0.2.3"));
        network.hosts.put("h4", InetAddress.ofLiteral("192.0.2.4"));
        network.keys.put(FakeNetwork.at("192.0.2.2", 4370), Network.KeyCheck.SAME);
        network.hosts.put("h6", InetAddress.ofLiteral("192.0.2.6"));
        network.keys.put(FakeNetwork.at("192.0.2.3", 5), Network.KeyCheck.OTHER);
        network.keys.put(FakeNetwork.at("192.0.2.6", 4370), Network.KeyCheck.SILENT);

        assertThat(wrong())
                .extracting(it -> it.step() + ": " + it.text())
                .containsExactly(
                        "join h3: has another key",
                        "join h4: port 4370 of 192.0.2.4 cannot be reached",
                        "join h5: 'h5' does not resolve",
                        "join h6: port 4370 of 192.0.2.6 accepts, but answers nothing to this key",
                        "peers: no other peer has been met, though join asks for some");
    }

    @Test
    void run_noKey_seedsAreReachedAndThatIsSaid() throws Exception {
        flags.put(Key.INSECURE_GOSSIP, "true");
        flags.put(Key.GOSSIP_ADDRESS, "192.0.2.1");
        flags.put(Key.JOIN, "h1,h2,h3");
        network.hosts.put("h2", InetAddress.ofLiteral("192.0.2.2"));
        network.hosts.put("h3", InetAddress.ofLiteral("192.0.2.3"));
        network.open.add(FakeNetwork.at("192.0.2.1", 4370));
        network.open.add(FakeNetwork.at("192.0.2.2", 4370));
        assertThat(wrong())
                .extracting(Finding::step)
                .containsExactly("join h3", "insecure-gossip", "peers");
    }

    /// The first host of a mesh whose hosts all have one configuration.
    @Test
    void run_joinOfItselfAlone_isWell() throws Exception {
        flags.put(Key.JOIN, "h1");
        flags.put(Key.GOSSIP_ADDRESS, "127.0.0.1");
        network.open.add(FakeNetwork.at("192.0.2.1", 4370));
        assertThat(wrong()).isEmpty();
        flags.put(Key.JOIN, "multicast");
        assertThat(wrong()).extracting(Finding::step).containsExactly("peers");
    }

    /// As made by root on a host whose peer has a user of its own.
    @Test
    void run_keyOfRootAlone_isWrong() throws Exception {
        Path file = directory.resolve("mesh.pem");
        MeshKey.create(file);
        assumeTrue(Files.getOwner(file).getName().equals("root"), "skipped: needs root");
        network.atPort = new AtPort.Nothing("Connection refused");
        flags.put(Key.KEY_FILE, file.toString());
        assertThat(wrong()).extracting(Finding::step).containsExactly("epmd port");
        UserPrincipal user =
                file.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody");
        Files.setOwner(directory, user);
        assertThat(wrong()).extracting(Finding::step).containsExactly("key-file", "epmd port");
        Files.setOwner(file, user);
        assertThat(wrong()).extracting(Finding::step).containsExactly("epmd port");
    }

    @Test
    void run_keyFileMissing_isWrong() throws Exception {
        flags.put(Key.KEY_FILE, directory.resolve("none").toString());
        assertThat(wrong()).extracting(Finding::step).containsExactly("key-file");
    }

    @Test
    void run_openToTheWorld_advisesPeers() throws Exception {
        network.atPort = peer(self("192.0.2.1"), "any", true);
        assertThat(wrong())
                .singleElement()
                .satisfies(it -> assertThat(it.advice()).startsWith("epmd-allow = peers"));
    }

    @Test
    void run_otherPeers_areReached() throws Exception {
        network.open.add(FakeNetwork.at("192.0.2.2", 4370));
        network.open.add(FakeNetwork.at("192.0.2.4", 4370));
        network.atPort =
                peer(
                        List.of(
                                entry("h1", "192.0.2.1", PeerEntry.State.UP, true),
                                entry("h2", "192.0.2.2", PeerEntry.State.UP, false),
                                entry("h3", "192.0.2.3", PeerEntry.State.ORPHANED, false),
                                entry("h4", "192.0.2.4", PeerEntry.State.ORPHANED, false),
                                entry("h5", "192.0.2.5", PeerEntry.State.LEFT, false)),
                        "peers",
                        true);
        assertThat(wrong())
                .extracting(it -> it.step() + ": " + it.text())
                .containsExactly(
                        "peer h3: 192.0.2.3:4370 cannot be reached from here: Connection refused",
                        "peer h4: is silent, though its port answers");
    }

    @Test
    void run_othersAreToldLoopback_isWrong() throws Exception {
        network.own.add(InetAddress.ofLiteral("127.0.0.1"));
        network.open.add(FakeNetwork.at("192.0.2.2", 4370));
        network.atPort =
                peer(
                        List.of(
                                entry("h1", "127.0.0.1", PeerEntry.State.UP, true),
                                entry("h2", "192.0.2.2", PeerEntry.State.UP, false)),
                        "peers",
                        true);
        assertThat(wrong()).extracting(Finding::step).containsExactly("advertise");
    }

    /// Behind NAT it may be right: then it is mostly reached from within, too.
    @Test
    void run_othersAreToldAnAddressOfNobody_isWrong() throws Exception {
        network.atPort = peer(self("192.0.2.8"), "peers", true);
        assertThat(wrong())
                .extracting(Finding::step)
                .containsExactly("advertise", "gossip-advertise");
        network.open.add(FakeNetwork.at("192.0.2.8", 4369));
        network.open.add(FakeNetwork.at("192.0.2.8", 4370));
        assertThat(wrong()).isEmpty();
    }

    @Test
    void run_notConverged_isWrong() throws Exception {
        network.open.add(FakeNetwork.at("192.0.2.2", 4370));
        network.atPort =
                peer(
                        List.of(
                                entry("h1", "192.0.2.1", PeerEntry.State.UP, true),
                                entry("h2", "192.0.2.2", PeerEntry.State.UP, false)),
                        "peers",
                        false);
        assertThat(wrong()).extracting(Finding::step).containsExactly("agreement");
    }

    @Test
    void run_clockThatIsSurelyOff_isWrong() throws Exception {
        network.atPort = clocks(Duration.ofMillis(-2_500), Duration.ofMillis(30));
        assertThat(wrong())
                .extracting(it -> it.step() + ": " + it.text())
                .containsExactly(
                        "clock of h2: is 2500 ms behind that of this host, give or take 16 ms");
        network.atPort = clocks(Duration.ofMillis(1_100), Duration.ofMillis(30));
        assertThat(wrong()).extracting(Finding::step).containsExactly("clock of h2");
    }

    @Test
    void run_clockWithinWhatTheRoundTripCanTell_isWell() throws Exception {
        network.atPort = clocks(Duration.ofMillis(1_100), Duration.ofMillis(300));
        assertThat(wrong()).isEmpty();
        assertThat(findings()).extracting(Finding::step).contains("clocks");
    }

    @Test
    void run_nodesOfOtherNetworksThatNobodyKnows_areNamed() throws Exception {
        network.elsewhere.add(new Namespaces.Node(17, "known"));
        network.nodes.put("known@c1", Samples.LIVE);
        assertThat(wrong()).isEmpty();
        network.elsewhere.add(new Namespaces.Node(18, "b@c2"));
        network.elsewhere.add(new Namespaces.Node(19, ""));
        assertThat(wrong())
                .singleElement()
                .satisfies(it -> assertThat(it.step()).isEqualTo("networks"))
                .satisfies(it ->
                        assertThat(it.text())
                                .endsWith(": b@c2 (process 18), without a name (process 19)"));
    }

    private AtPort clocks(Duration ahead, Duration roundTrip) {
        Status.Told told = new Status.Told(Duration.ofHours(1), 0, roundTrip, ahead);
        Status.Group group =
                new Status.Group(
                        "cafe",
                        List.of(
                                new Status.PeerRef("00", "h1"),
                                new Status.PeerRef("01", "h2", Optional.of(told), List.of()),
                                new Status.PeerRef("02", "h3")));
        network.open.add(FakeNetwork.at("192.0.2.2", 4370));
        return peer(
                List.of(
                        entry("h1", "192.0.2.1", PeerEntry.State.UP, true),
                        entry("h2", "192.0.2.2", PeerEntry.State.UP, false)),
                "peers",
                new Status("00", true, List.of(group), List.of(), Spells.Summary.NONE));
    }

    private List<Finding> wrong() throws Exception {
        return findings().stream().filter(it -> !it.isWell()).toList();
    }

    @Test
    void run_peerThatTellsNoAddress_isLookedAtAllTheSame() throws Exception {
        network.atPort =
                peer(
                        List.of(
                                entry("h1", "192.0.2.1", PeerEntry.State.UP, true),
                                entry("h2", "no address", PeerEntry.State.UP, false)),
                        "peers",
                        true);
        assertThat(findings())
                .extracting(it -> it.step() + ": " + it.text())
                .contains(
                        "peer h2: tells no address at which it could be reached",
                        "agreement: all peers that are up know the same");
    }

    private List<Finding> findings() throws Exception {
        Configuration configuration =
                Configuration.of(
                        Sources.read(flags, Optional.empty(), Map.of()), HostFacts.read(Map.of()));
        return new HostExamination(configuration, network).run();
    }

    private static List<PeerEntry> self(String address) {
        return List.of(entry("h1", address, PeerEntry.State.UP, true));
    }

    private static PeerEntry entry(
            String host, String address, PeerEntry.State state, boolean self) {
        return new PeerEntry(
                ID + host.replace('h', '0'),
                List.of(host),
                state,
                List.of(address),
                4369,
                address + ":4370",
                "1",
                1,
                0,
                Optional.of(Duration.ZERO),
                self);
    }

    private static AtPort peer(List<PeerEntry> peers, String allow, boolean converged) {
        return peer(
                peers,
                allow,
                new Status("00", converged, List.of(), List.of(), Spells.Summary.NONE));
    }

    private static AtPort peer(List<PeerEntry> peers, String allow, Status status) {
        return new AtPort.Peer(
                List.of(
                        new Setting("epmd-address", "all", "default"),
                        new Setting("epmd-allow", allow, "default")),
                peers,
                status);
    }
}
