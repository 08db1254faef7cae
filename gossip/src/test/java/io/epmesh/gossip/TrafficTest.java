package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final Message.Header HEADER =
            new Message.Header(new PeerId(1, 2), new Beat(1, 1), 1);

    @Test
    void messages_areCountedByType() {
        Traffic traffic = new Traffic();
        byte[] alive = MessageCodec.encode(HEADER, new Message.Alive());
        byte[] ping =
                MessageCodec.encode(HEADER, new Message.Ping(new PeerId(3, 4), new Beat(1, 1)));
        traffic.count(alive);
        traffic.count(alive);
        traffic.count(ping);
        traffic.count(new byte[] {1});
        traffic.count(new byte[] {0, 0, 0, -1});
        assertThat(traffic.counts())
                .filteredOn(count -> count.messages() > 0)
                .containsExactly(
                        new GossipStatistics.Count("unknown", 2, 5),
                        new GossipStatistics.Count("alive", 2, 2L * alive.length),
                        new GossipStatistics.Count("ping", 1, ping.length));
    }

    @Test
    void everyType_hasItsName() {
        byte[] writes = MessageCodec.encode(HEADER, new Message.MappingWrites(List.of()));
        assertThat(MessageCodec.TYPES.get(MessageCodec.typeIn(writes))).isEqualTo("mapping-writes");
    }

    @Test
    void times_areCountedInTheLeastBucketThatHoldsThem() {
        Stopwatch watch = new Stopwatch();
        watch.took(1_000_000);
        watch.took(1_000_001);
        watch.took(Duration.ofMinutes(1).toNanos());
        GossipStatistics.Timings timings = watch.timings();
        assertThat(timings.sum()).isEqualTo(Duration.ofNanos(60_002_000_001L));
        assertThat(timings.buckets())
                .filteredOn(bucket -> bucket.count() > 0)
                .containsExactly(
                        new GossipStatistics.Timings.Bucket(Optional.of(Duration.ofMillis(1)), 1),
                        new GossipStatistics.Timings.Bucket(Optional.of(Duration.ofMillis(2)), 1),
                        new GossipStatistics.Timings.Bucket(Optional.empty(), 1));
    }
}
