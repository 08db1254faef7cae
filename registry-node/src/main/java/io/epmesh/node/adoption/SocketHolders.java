package io.epmesh.node.adoption;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds the processes that hold a socket, as Linux shows them under `/proc`.
final class SocketHolders {
    private static final Path PROCESSES = Path.of("/proc");

    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

    private SocketHolders() {}

    /// A process that holds one of the sockets.
    ///
    /// @param pid its id
    /// @param program the file name of its program; empty where that may not be seen
    record Holder(long pid, String program) {
        @Override
        public String toString() {
            return (program.isEmpty() ? "a process" : program) + " (pid " + pid + ")";
        }
    }

    /// Whether this process holds one of the sockets, as one that was handed to it.
    static boolean isOneOfThem(Set<Long> inodes) {
        return holdsAny(PROCESSES.resolve("self/fd"), links(inodes));
    }

    private static Set<String> links(Set<Long> inodes) {
        return inodes.stream().map(inode -> "socket:[" + inode + "]").collect(Collectors.toSet());
    }

    /// Those that this process may see; none need be all.
    static List<Holder> of(Set<Long> inodes) {
        Set<String> links = links(inodes);
        List<Holder> holders = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[1-9]*")) {
            for (Path process : processes) {
                if (holdsAny(process.resolve("fd"), links)) {
                    long pid = Long.parseLong(process.getFileName().toString());
                    holders.add(new Holder(pid, program(process)));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return List.of(); // no such system
        }
        return holders;
    }

    /// The sockets of a process, with its descriptors by their inodes; none where that may not be
    /// seen, or it has ended.
    static Map<Long, Integer> descriptors(Holder holder) {
        Map<Long, Integer> found = new HashMap<>();
        Path directory = PROCESSES.resolve(holder.pid() + "/fd");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path descriptor : all) {
                Matcher socket = SOCKET.matcher(link(descriptor));
                if (socket.matches()) {
                    found.put(
                            Long.parseLong(socket.group(1)),
                            Integer.parseInt(descriptor.getFileName().toString()));
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return Map.of();
        }
        return found;
    }

    private static boolean holdsAny(Path descriptors, Set<String> links) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                if (links.contains(link(descriptor))) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // another user's, or it has ended
        }
        return false;
    }

    /// A package that was upgraded under a running program leaves " (deleted)" behind its name.
    private static String program(Path process) {
        String path = link(process.resolve("exe")).replaceFirst(" \\(deleted\\)$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String link(Path path) {
        try {
            return Files.readSymbolicLink(path).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
