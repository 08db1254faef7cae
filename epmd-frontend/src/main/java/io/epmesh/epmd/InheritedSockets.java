package io.epmesh.epmd;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The listening sockets that a service manager opened for this process, by systemd's protocol:
/// `LISTEN_FDS` of them, as descriptors 3 and up, for the process `LISTEN_PID`.
sealed interface InheritedSockets {
    /// systemd's SD_LISTEN_FDS_START.
    int FIRST_DESCRIPTOR = 3;

    /// As many as the C program takes.
    int MOST = 16;

    /// There are none: the server opens its own.
    record None() implements InheritedSockets {}

    /// They are used instead of the settings' port and addresses.
    ///
    /// @param descriptors 1 to [#MOST]
    record Descriptors(List<Integer> descriptors) implements InheritedSockets {}

    /// They cannot be used; to open others would leave the manager's without a server.
    ///
    /// @param reason the variable, its value, and what was expected
    record Broken(String reason) implements InheritedSockets {}

    /// What this environment says to the process of this id. Variables for another process, an
    /// ancestor that passed them on, are no business of this one.
    static InheritedSockets of(Map<String, String> environment, long pid) {
        String count = environment.get("LISTEN_FDS");
        if (count == null || !Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            return new None();
        }
        if (!count.matches("\\d{1,2}") || Integer.parseInt(count) > MOST) {
            return new Broken("LISTEN_FDS: %s (expected: 1..%d)".formatted(count, MOST));
        }
        return count.matches("0+")
                ? new Broken("LISTEN_FDS: 0 (expected: 1..%d)".formatted(MOST))
                : new Descriptors(
                        IntStream.range(0, Integer.parseInt(count))
                                .mapToObj(each -> FIRST_DESCRIPTOR + each)
                                .toList());
    }
}
