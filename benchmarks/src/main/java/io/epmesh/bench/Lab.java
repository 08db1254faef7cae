package io.epmesh.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Ten hosts: network namespaces on one bridge, within the namespace that `bin/bench` made, so that
/// no packet leaves the machine; and what breaks between them. One thread.
final class Lab implements AutoCloseable {
    static final int HOSTS = 10;

    private final List<LabHost> hosts = new ArrayList<>();
    private final List<LabHost> others = new ArrayList<>();

    /// @param directory for what the programs print
    Lab(Path directory) throws IOException, InterruptedException {
        run("ip link add br0 type bridge");
        run("ip link set br0 up");
        for (int i = 1; i <= HOSTS; i++) {
            run("ip netns add h" + i);
            run("ip link add v%d type veth peer name e0 netns h%d".formatted(i, i));
            run("ip link set v%d master br0 up".formatted(i));
            run("ip -n h%d link set lo up".formatted(i));
            run("ip -n h%d addr add 10.77.0.%d/24 dev e0".formatted(i, i));
            run("ip -n h%d link set e0 up".formatted(i));
            hosts.add(new LabHost(i, directory));
        }
    }

    List<LabHost> hosts() {
        return hosts;
    }

    /// The same hosts once more, for another program.
    ///
    /// @param directory for what it prints
    /// @param program its name
    List<LabHost> sameHosts(Path directory, String program)
            throws IOException, InterruptedException {
        Path logs = Files.createDirectories(directory.resolve(program));
        List<LabHost> same = new ArrayList<>();
        for (LabHost each : hosts) {
            same.add(new LabHost(each.number(), logs));
        }
        others.addAll(same);
        return same;
    }

    /// Pulls the cable of a host.
    void unplug(LabHost host) throws IOException, InterruptedException {
        run("ip link set v%d down".formatted(host.number()));
    }

    /// Lets hosts hear nothing from others.
    void deafen(List<LabHost> deaf, List<LabHost> silent) throws IOException, InterruptedException {
        for (LabHost each : deaf) {
            String sources = String.join(",", silent.stream().map(LabHost::address).toList());
            run(each.inside(List.of("iptables", "-A", "INPUT", "-s", sources, "-j", "DROP")));
        }
    }

    /// Mends everything.
    void mend() throws IOException, InterruptedException {
        for (LabHost each : hosts) {
            run("ip link set v%d up".formatted(each.number()));
            run(each.inside(List.of("iptables", "-F", "INPUT")));
        }
    }

    /// Bytes that went over the cables of all hosts so far, both ways.
    long bytes() throws IOException {
        long bytes = 0;
        for (String line : Files.readAllLines(Path.of("/proc/thread-self/net/dev"))) {
            if (line.strip().matches("v\\d+:.*")) {
                String[] fields = line.substring(line.indexOf(':') + 1).strip().split("\\s+", -1);
                bytes += Long.parseLong(fields[0]) + Long.parseLong(fields[8]);
            }
        }
        return bytes;
    }

    private static void run(String command) throws IOException, InterruptedException {
        run(List.of(command.split(" ", -1)));
    }

    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("%s: %s".formatted(String.join(" ", command), said));
        }
    }

    @Override
    public void close() {
        for (LabHost each : hosts) {
            each.close();
        }
        for (LabHost each : others) {
            each.close();
        }
    }
}
