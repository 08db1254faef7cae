package io.epmesh.relay;

import static io.epmesh.relay.Nodes.LOOPBACK;
import static io.epmesh.relay.Nodes.accept;
import static io.epmesh.relay.Nodes.address;
import static io.epmesh.relay.Nodes.await;
import static io.epmesh.relay.Nodes.connect;
import static io.epmesh.relay.Nodes.get;
import static io.epmesh.relay.Nodes.greeting;
import static io.epmesh.relay.Nodes.read;
import static io.epmesh.relay.Nodes.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A thousand cables, of which another hundred is cut and fixed again and again.
class ChurnTest {
    private static final int CABLES = 1_000;
    private static final int CUT = 100;
    private static final Treatment STALLED =
            new Treatment.Carry(new Passage.Stalled(), new Passage.Stalled());

    private record Pair(Socket source, Socket target) {}

    private ServerSocket target;
    private Relay relay;
    private final List<Pair> pairs = new ArrayList<>();

    @BeforeEach
    void join() throws Exception {
        target = Nodes.listening();
        relay = Relay.start(Optional.empty(), RelayLimits.DEFAULTS, SourceFinder.NONE);
        Route route =
                new Route(
                        LOOPBACK,
                        "b@h1",
                        new Place.Near(List.of(address(target))),
                        Optional.empty(),
                        "unknown@h1");
        for (int i = 0; i < CABLES; i++) {
            OpenResult opened = get(relay.open(route)); // anew, which keeps it open
            Socket source = connect(((OpenResult.Opened) opened).port());
            byte[] greeting = greeting(name(i));
            send(source, greeting);
            Socket reached = accept(target);
            assertThat(reached.getInputStream().readNBytes(greeting.length)).isEqualTo(greeting);
            pairs.add(new Pair(source, reached));
        }
    }

    @AfterEach
    void close() throws IOException {
        for (Pair pair : pairs) {
            pair.source().close();
            pair.target().close();
        }
        relay.close();
        target.close();
    }

    @Test
    void cablesThatAreCutAndFixed_areTheseAlone_andLeaveNothing() throws Exception {
        long sockets = openSockets();
        for (int round = 0; round < 20; round++) {
            int first = round * 37 % CABLES;
            Set<String> cut =
                    IntStream.range(first, first + CUT)
                            .mapToObj(i -> name(i % CABLES))
                            .collect(Collectors.toSet());
            govern((source, _) -> cut.contains(source) ? STALLED : Treatment.OPEN);
            assertThat(cables())
                    .hasSize(CABLES)
                    .allSatisfy(cable ->
                            assertThat(cable.treatment())
                                    .as(cable.source())
                                    .isEqualTo(
                                            cut.contains(cable.source())
                                                    ? STALLED
                                                    : Treatment.OPEN));
            Pair stalled = pairs.get((first + CUT / 2) % CABLES);
            Pair open = pairs.get((first + CUT) % CABLES);
            send(stalled.source(), "held");
            send(open.source(), "free");
            assertThat(read(open.target(), 4)).isEqualTo("free");
            assertThat(stalled.target().getInputStream().available()).isZero();
            govern((_, _) -> Treatment.OPEN);
            assertThat(read(stalled.target(), 4)).isEqualTo("held");
        }
        assertThat(openSockets()).isLessThanOrEqualTo(sockets);
        for (Pair pair : pairs) {
            pair.source().close();
            pair.target().close();
        }
        await("no cable is left", () -> cables().isEmpty());
    }

    private static String name(int number) {
        return "a%d@h1".formatted(number);
    }

    private void govern(Policy policy) throws Exception {
        get(relay.govern(policy));
    }

    private List<CableView> cables() throws Exception {
        return get(relay.cables());
    }

    private static long openSockets() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(ChurnTest::isSocket).count();
        }
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }
}
