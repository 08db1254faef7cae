package io.epmesh.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NAKACK4;
import org.jgroups.protocols.PerDestinationBundler;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.stack.Protocol;
import org.jgroups.util.MessageBatch;
import org.jgroups.util.UUID;
import org.jspecify.annotations.Nullable;

/// One real JGroups member in a process of its own, started by [TraceRecorder]. It prints what it
/// is told, a line each, and obeys `deaf ID...` (drop what these members send) on its input; end of
/// input ends it. Members are written `id.incarnation`.
final class TraceMember {
    private static final long SEND_MILLIS = 250;

    private final long baseMillis;

    private final int verifyMillis;

    private TraceMember(long baseMillis, int verifyMillis) {
        this.baseMillis = baseMillis;
        this.verifyMillis = verifyMillis;
    }

    /// Runs the member: `ID INCARNATION PORT BASE_MILLIS VERIFY_MILLIS SEED_PORT...`.
    static void main(String[] args) throws Exception {
        List<Integer> ports = Arrays.stream(args).skip(5).map(Integer::valueOf).toList();
        new TraceMember(Long.parseLong(args[3]), Integer.parseInt(args[4]))
                .run(
                        new UUID(Long.parseLong(args[0]), Long.parseLong(args[1])),
                        Integer.parseInt(args[2]),
                        ports);
    }

    private void run(UUID self, int port, List<Integer> seeds) throws Exception {
        Deafness deafness = new Deafness();
        JChannel channel = new JChannel(stack(port, seeds, deafness));
        channel.addAddressGenerator(
                new org.jgroups.stack.AddressGenerator() {
                    @Override
                    @SuppressWarnings("deprecation") // abstract in this version
                    public Address generateAddress() {
                        return self;
                    }
                });
        channel.setReceiver(
                new Receiver() {
                    @Override
                    public void receive(Message message) {
                        int number =
                                ByteBuffer.wrap(message.getArray(), message.getOffset(), 4)
                                        .getInt();
                        print("heard %s %d".formatted(name(message.getSrc()), number));
                    }

                    @Override
                    public void viewAccepted(View view) {
                        String kind = view instanceof MergeView ? "merge" : "view";
                        print(kind + " " + names(view.getMembers()));
                    }
                });
        channel.connect("traces");
        Thread.ofPlatform().daemon().name("sender").start(() -> send(channel));
        obey(deafness);
        Runtime.getRuntime().halt(0);
    }

    private void send(JChannel channel) {
        try {
            for (int number = 1; ; number++) {
                TimeUnit.MILLISECONDS.sleep(SEND_MILLIS);
                print("sent %d".formatted(number));
                byte[] bytes = ByteBuffer.allocate(4).putInt(number).array();
                channel.send(
                        new BytesMessage(null, bytes)
                                .setFlag(Message.Flag.NO_RELIABILITY)
                                .setFlag(Message.TransientFlag.DONT_LOOPBACK));
            }
        } catch (Exception e) {
            throw new IllegalStateException("sender of " + channel.address() + " ended", e);
        }
    }

    private static void obey(Deafness deafness) throws IOException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = input.readLine()) != null) {
            deafness.ids =
                    Arrays.stream(line.split(" ", -1))
                            .skip(1)
                            .filter(id -> !id.isEmpty())
                            .map(Long::valueOf)
                            .collect(Collectors.toUnmodifiableSet());
        }
    }

    private List<Protocol> stack(int port, List<Integer> seeds, Deafness deafness) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TCP tcp = new TCP();
        tcp.setBindAddress(loopback).setBindPort(port).setPortRange(0);
        tcp.setSockConnTimeout(300).tcpNodelay(true).setPeerAddrReadTimeout(300);
        tcp.enableSuspectEvents(true);
        tcp.setBundler(new PerDestinationBundler().useSingleSenderThread(false));
        List<InetSocketAddress> hosts =
                seeds.stream().map(seed -> new InetSocketAddress(loopback, seed)).toList();
        List<Protocol> stack = new ArrayList<>();
        stack.add(tcp);
        stack.add(deafness);
        stack.add(
                new TCPPING()
                        .initialHosts(hosts)
                        .portRange(0)
                        .asyncDiscovery(true)
                        .asyncDiscoveryUseSeparateThread(true));
        stack.add(new MERGE3().setMinInterval(500).setMaxInterval(1000));
        stack.add(new FD_ALL3().setTimeout(1000).setInterval(250));
        stack.add(new SuspicionTap());
        stack.add(new VERIFY_SUSPECT2().setTimeout(verifyMillis));
        NAKACK4 nakack = new NAKACK4();
        nakack.useMcastXmit(false);
        stack.add(nakack.capacity(1024));
        stack.add(new UNICAST4().capacity(256));
        stack.add(
                new GMS()
                        .setJoinTimeout(300)
                        .setViewAckCollectionTimeout(200)
                        .setMaxJoinAttempts(3)
                        .printLocalAddress(false));
        return stack;
    }

    private synchronized void print(String event) {
        System.out.println(System.currentTimeMillis() - baseMillis + " " + event);
    }

    private static String names(Collection<Address> members) {
        return members.stream().map(TraceMember::name).sorted().collect(Collectors.joining(" "));
    }

    private static String name(Address address) {
        UUID uuid = (UUID) address;
        return uuid.getMostSignificantBits() + "." + uuid.getLeastSignificantBits();
    }

    /// Drops what certain members send, whoever it is meant for.
    private static final class Deafness extends Protocol {
        private volatile Set<Long> ids = Set.of();

        @Override
        public @Nullable Object up(Message message) {
            return drops(message) ? null : up_prot.up(message);
        }

        @Override
        public void up(MessageBatch batch) {
            batch.removeIf(this::drops, true);
            if (!batch.isEmpty()) {
                up_prot.up(batch);
            }
        }

        private boolean drops(Message message) {
            return message.getSrc() instanceof UUID source
                    && ids.contains(source.getMostSignificantBits());
        }
    }

    /// Prints each suspicion before it is verified.
    private final class SuspicionTap extends Protocol {
        @Override
        public Object up(Event event) {
            if (event.getType() == Event.SUSPECT) {
                Collection<Address> suspects = event.getArg();
                print("suspect " + names(suspects));
            }
            return up_prot.up(event);
        }
    }
}
