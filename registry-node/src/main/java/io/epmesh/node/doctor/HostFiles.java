package io.epmesh.node.doctor;

import io.epmesh.gossip.Identity;
import io.epmesh.gossip.jgroups.MeshKey;
import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;

/// Examines the files that this host's peer was told of. One thread.
///
/// Whoever asks need not be the peer's user: of a peer that runs, a file that this user may not
/// read is nothing wrong.
final class HostFiles {
    private final Configuration configuration;
    private final Optional<String> running;
    private final Findings findings;

    /// @param configuration what the peer is told
    /// @param running id of the peer, if it runs
    /// @param findings gets what is found
    HostFiles(Configuration configuration, Optional<String> running, Findings findings) {
        this.configuration = configuration;
        this.running = running;
        this.findings = findings;
    }

    void run() {
        running.ifPresentOrElse(this::dataDirectoryOf, this::dataDirectory);
        operatorFile();
        configuration.gossip().keyFile().ifPresent(this::key);
    }

    /// What a start would find.
    private void dataDirectory() {
        Path directory = configuration.dataDir();
        if (!Files.isDirectory(directory)) {
            wrong(
                    "data-dir",
                    directory + " does not exist",
                    "a start makes it, where the user of the peer may");
        } else if (!Files.isWritable(directory)) {
            wrong(
                    "data-dir",
                    "this user cannot write " + directory,
                    "without it a restart loses names, and mappings are refused: chown it to the"
                            + " peer's user, or run this as that user");
        } else {
            findings.well("data-dir", directory + " can be written");
        }
    }

    /// A peer that cannot use the directory goes without, under an identity of that run.
    private void dataDirectoryOf(String peer) {
        Path directory = configuration.dataDir();
        String advice =
                "it goes without, so that a restart loses names, and mappings are refused: see its"
                        + " log; chown -R the directory to its user, and restart it";
        try {
            Optional<String> kept = Identity.kept(directory).map(Object::toString);
            if (kept.filter(peer::equals).isPresent()) {
                findings.well("data-dir", "the peer uses " + directory);
            } else if (kept.isEmpty() && isHidden(directory)) {
                notExamined("data-dir", directory);
            } else {
                wrong("data-dir", "the peer does not use " + directory, advice);
            }
        } catch (IOException unreadable) {
            if (isHidden(directory.resolve("identity"))) {
                notExamined("data-dir", directory);
            } else {
                wrong("data-dir", String.valueOf(unreadable.getMessage()), advice);
            }
        }
    }

    private void operatorFile() {
        Optional<Path> file = configuration.operatorFile();
        if (file.isEmpty()) {
            findings.well("operator-file", "none is asked for");
            return;
        }
        try {
            var _ = Operator.read(file.get());
            well("operator-file", file.get(), "holds a token");
        } catch (IOException e) {
            wrongOrHidden(
                    "operator-file",
                    file.get(),
                    e,
                    "see 'Who may write' in the operating guide for how it is made");
        }
    }

    private void key(Path file) {
        try {
            var _ = MeshKey.read(file);
            well("key-file", file, "holds an identity");
        } catch (IOException e) {
            wrongOrHidden(
                    "key-file",
                    file,
                    e,
                    "let the peer's user read it; copy it from another host of the mesh, or make"
                            + " one: 'epmesh keys new FILE'");
        }
    }

    /// Root reads what the peer may not.
    private void well(String step, Path file, String text) throws IOException {
        Optional<UserPrincipal> user = Optional.empty();
        if (running.isEmpty() && Files.isDirectory(configuration.dataDir())) {
            user = Optional.of(Files.getOwner(configuration.dataDir()));
        }
        if (user.isPresent() && isRootsAlone(file) && !user.get().equals(Files.getOwner(file))) {
            wrong(
                    step,
                    "%s may not be read by %s, whose the data-dir is".formatted(file, user.get()),
                    "chgrp it to a group of that user; chmod g+r");
        } else {
            findings.well(step, file + " " + text);
        }
    }

    private static boolean isRootsAlone(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        PosixFileAttributes attributes = view.readAttributes();
        boolean hasGroup = attributes.permissions().contains(PosixFilePermission.GROUP_READ);
        return attributes.owner().getName().equals("root")
                && !(hasGroup && !attributes.group().getName().equals("root"));
    }

    private void wrongOrHidden(String step, Path file, IOException reason, String advice) {
        if (running.isPresent() && isHidden(file)) {
            notExamined(step, file);
        } else {
            String text = String.valueOf(reason.getMessage());
            wrong(
                    step,
                    text.startsWith(step + ": ") ? text.substring(step.length() + 2) : text,
                    advice);
        }
    }

    /// Whether something may be there that this user may not read.
    private static boolean isHidden(Path file) {
        return !Files.isReadable(file) && !Files.notExists(file);
    }

    private void notExamined(String step, Path file) {
        findings.well(step, "not examined, for this user may not read %s".formatted(file));
    }

    private void wrong(String step, String text, String advice) {
        findings.wrong(step, text, advice);
    }
}
