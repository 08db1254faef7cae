package io.epmesh.node.adoption;

import io.epmesh.epmd.NodeName;
import io.epmesh.gossip.journal.Journal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// This host's registrations on the disk. Written, never synced: what a loss of power takes is of
/// another boot anyway, and a killed process has left it with the kernel. Confined to one thread at
/// a time.
public final class RegistrationLog implements AutoCloseable {
    private static final Logger LOG = System.getLogger(RegistrationLog.class.getName());

    /// The log is written anew when it is larger than this, and than four times what it must hold.
    private static final long COMPACT_BYTES = 1 << 20;

    private final Journal journal;
    private final String boot;

    /// Invariant: what a reader of the file finds, unless `broken`; oldest registration first.
    private final Map<NodeName, RecordedNode> nodes = new LinkedHashMap<>();

    private long floor;
    private long compactAt = COMPACT_BYTES;

    /// Whether a write failed, and the file must be written anew.
    private boolean broken;

    private RegistrationLog(Journal journal, String boot) {
        this.journal = journal;
        this.boot = boot;
    }

    /// Opens the log, or creates it.
    ///
    /// @param file whose directory exists
    /// @param boot id of this boot of the kernel, or [KernelBoot#UNKNOWN]
    /// @return the log; it holds the registrations of this boot
    /// @throws IOException if the file cannot be read and written
    public static RegistrationLog open(Path file, String boot) throws IOException {
        Journal.Opened opened = Journal.open(file);
        RegistrationLog log = new RegistrationLog(opened.journal(), boot);
        log.read(opened.records());
        opened.setAside()
                .ifPresent(aside ->
                        LOG.log(
                                Level.ERROR,
                                "registrations: damaged, set aside as {0}; kept: {1}",
                                aside,
                                log.nodes.size()));
        return log;
    }

    private void read(List<byte[]> records) {
        String of = KernelBoot.UNKNOWN;
        for (byte[] payload : records) {
            Optional<LogRecord> decoded = LogCodec.decode(payload);
            if (decoded.isPresent()) {
                if (decoded.get() instanceof LogRecord.Boot(String id)) {
                    of = id;
                    nodes.clear();
                }
                apply(decoded.get());
            }
        }
        if (of.equals(KernelBoot.UNKNOWN) || !of.equals(boot)) {
            nodes.clear();
            append(new LogRecord.Boot(boot));
        }
    }

    private void apply(LogRecord entry) {
        switch (entry) {
            case LogRecord.Boot _ -> {}
            case LogRecord.Held(RecordedNode node) -> {
                RecordedNode before = nodes.put(node.name(), node);
                if (before != null && before.creation() != node.creation()) {
                    nodes.remove(node.name()); // so that it comes behind the older ones
                    nodes.put(node.name(), node);
                }
                if (node.info().highestVersion() >= 6) {
                    floor = Math.max(floor, node.creation());
                }
            }
            case LogRecord.Freed(NodeName name) -> nodes.remove(name);
            case LogRecord.Floor(long creation) -> floor = Math.max(floor, creation);
        }
    }

    /// {@return the remembered registrations of this boot, oldest first}
    public List<RecordedNode> nodes() {
        return List.copyOf(nodes.values());
    }

    /// {@return 32 bits: no creation that was handed out is above it}
    public long creationFloor() {
        return floor;
    }

    /// Remembers a registration, in place of what was remembered of its name: with one record, so
    /// that whoever is killed meanwhile has the one or the other. Another creation makes it the
    /// newest.
    ///
    /// @param node what is to be remembered
    public void put(RecordedNode node) {
        change(new LogRecord.Held(node));
    }

    /// Forgets a name.
    ///
    /// @param name a short name, remembered or not
    public void remove(NodeName name) {
        if (nodes.containsKey(name)) {
            change(new LogRecord.Freed(name));
        }
    }

    private void change(LogRecord entry) {
        apply(entry);
        if (broken || journal.size() > compactAt) {
            rewrite();
        } else {
            append(entry);
        }
    }

    private void append(LogRecord entry) {
        attempt(journal -> journal.append(LogCodec.encode(entry)));
    }

    private void rewrite() {
        List<byte[]> records = new ArrayList<>();
        Consumer<LogRecord> add = entry -> records.add(LogCodec.encode(entry));
        add.accept(new LogRecord.Floor(floor));
        add.accept(new LogRecord.Boot(boot));
        nodes.values().forEach(node -> add.accept(new LogRecord.Held(node)));
        attempt(journal -> {
            journal.rewrite(records);
            compactAt = Math.max(COMPACT_BYTES, 4 * journal.size());
        });
    }

    private interface Write {
        void to(Journal journal) throws IOException;
    }

    /// A peer that cannot write goes on; what it loses is the next restart's.
    private void attempt(Write write) {
        try {
            write.to(journal);
            if (broken) {
                LOG.log(Level.INFO, "registrations: written again, names: {0}", nodes.size());
            }
            broken = false;
        } catch (IOException e) {
            if (!broken) {
                LOG.log(
                        Level.ERROR,
                        "registrations: cannot be written ({0}): a restart would lose some",
                        e.toString());
            }
            broken = true;
        }
    }

    @Override
    public void close() throws IOException {
        journal.close();
    }
}
