package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.epmd.EpmdRequest.Alive2;
import io.epmesh.epmd.EpmdRequest.Dump;
import io.epmesh.epmd.EpmdRequest.Kill;
import io.epmesh.epmd.EpmdRequest.Names;
import io.epmesh.epmd.EpmdRequest.PortPlease2;
import io.epmesh.epmd.EpmdRequest.Stop;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LocalityTest {
    private static final NodeName X = new NodeName("x");
    private static final byte[] FAR = {(byte) 198, 51, 100, 1};
    private static final byte[] HERE = {(byte) 198, 51, 100, 2};

    private final Counters counters = new Counters();
    private final Locality locality = new Locality(() -> 0);
    private final Admission admission = new Admission(locality, Access.AS_EPMD, counters);

    /// A connection that says it comes from elsewhere.
    private static final class FarChannel extends EmbeddedChannel {
        private final InetAddress from;

        FarChannel(InetAddress from) {
            super();
            this.from = from;
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(from, 40_000);
        }

        @Override
        protected SocketAddress localAddress0() {
            try {
                return new InetSocketAddress(InetAddress.getByAddress(HERE), 4369);
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }
    }

    private FarChannel ask(InetAddress from, EpmdRequest request) throws Exception {
        FarChannel channel = new FarChannel(from);
        Registrations registrations = Tables.local(InstantSource.system(), 10, 0);
        RecordingDirectory directory = new RecordingDirectory();
        Claims claims =
                new Claims(
                        registrations,
                        directory,
                        channel.eventLoop(),
                        Duration.ofMillis(200),
                        HalfOpen.ofThisSystem(channel.eventLoop()));
        RequestHandler requests =
                new RequestHandler(
                        registrations, claims, directory, admission, counters, Map.of(), true);
        channel.pipeline()
                .addLast(new FrameDecoder(_ -> false), requests, new FaultHandler(counters));
        ByteBuf bytes = Unpooled.buffer();
        RequestCodec.encode(request, bytes);
        channel.writeInbound(bytes);
        return channel;
    }

    static Stream<EpmdRequest> requestsForThisHostAlone() {
        return Stream.of(
                new Alive2(X, PortInfo.ofErlangNode(1)), new Dump(), new Kill(), new Stop(X));
    }

    @ParameterizedTest
    @MethodSource("requestsForThisHostAlone")
    void request_fromAfar_isClosedWithoutReply(EpmdRequest request) throws Exception {
        FarChannel channel = ask(InetAddress.getByAddress(FAR), request);
        assertThat(channel.outboundMessages()).isEmpty();
        assertThat(channel.isOpen()).isFalse();
        assertThat(counters.statistics().notAllowed()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("requestsForThisHostAlone")
    void request_fromTheAddressItWentTo_isServed(EpmdRequest request) throws Exception {
        FarChannel channel = ask(InetAddress.getByAddress(HERE), request);
        assertThat(counters.statistics().replies()).isEqualTo(1);
        assertThat(channel.finishAndReleaseAll()).isTrue();
    }

    @Test
    void lookupAndNames_fromAfar_areServed() throws Exception {
        for (EpmdRequest request : List.of(new PortPlease2(X), new Names())) {
            assertThat(ask(InetAddress.getByAddress(FAR), request).finishAndReleaseAll()).isTrue();
        }
        assertThat(counters.statistics().replies()).isEqualTo(2);
    }

    @Test
    void isLocal_anyOwnAddress_isWhateverItConnectedTo() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        List<InetAddress> own =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .toList();
        assertThat(own).isNotEmpty().allMatch(address -> locality.isLocal(address, loopback));
        assertThat(locality.isLocal(InetAddress.getByAddress(FAR), loopback)).isFalse();
    }

    /// It went to another host, as a floating one does, and that host was taken for this one.
    @Test
    void isLocal_addressThatWasThisHosts_isNotForLong() throws Exception {
        AtomicReference<Set<InetAddress>> own = new AtomicReference<>();
        own.set(Set.of(InetAddress.getByAddress(FAR)));
        AtomicLong clock = new AtomicLong();
        Locality moving = new Locality(clock::get, own::get);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        assertThat(moving.isLocal(InetAddress.getByAddress(FAR), loopback)).isTrue();
        own.set(Set.of(InetAddress.getByAddress(HERE)));
        clock.addAndGet(1_000_000_001);
        assertThat(moving.isLocal(InetAddress.getByAddress(FAR), loopback)).isFalse();
        assertThat(moving.isLocal(InetAddress.getByAddress(HERE), loopback)).isTrue();
    }
}
