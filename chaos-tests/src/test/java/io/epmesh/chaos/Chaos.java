package io.epmesh.chaos;

import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The program of `bin/chaos`: one run, or a new look at the history of an old one. Exits with 0 if
/// the run is valid, 1 if not, 2 if it does not tell or did not come to its end.
final class Chaos {
    private Chaos() {}

    /// Runs it.
    ///
    /// @param arguments `run HOSTS SECONDS SEED KINDS DIRECTORY` or `check DIRECTORY`
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        if (words.size() == 6 && words.getFirst().equals("run")) {
            System.exit(run(words.subList(1, 6)));
        }
        if (words.size() == 2 && words.getFirst().equals("check")) {
            Path directory = Path.of(words.get(1));
            List<Operation> history = History.read(directory.resolve("history.jsonl"));
            System.exit(judge(Map.of("history", "" + directory), history, directory));
        }
        throw new IllegalArgumentException("not what bin/chaos calls: " + words);
    }

    private static int run(List<String> words) throws Exception {
        ChaosRun.Options options =
                new ChaosRun.Options(
                        Integer.parseInt(words.get(0)),
                        Duration.ofSeconds(Long.parseLong(words.get(1))),
                        Long.parseLong(words.get(2)),
                        kinds(words.get(3)));
        Path directory = Files.createDirectories(Path.of(words.get(4)));
        Map<String, String> about = about(options);
        List<Operation> history;
        try (Hosts hosts = Hosts.startBeside(options.hosts())) {
            history = new ChaosRun(options, directory, Chaos::say).run(hosts);
        }
        return judge(about, history, directory);
    }

    private static int judge(Map<String, String> about, List<Operation> history, Path directory)
            throws IOException {
        Report report = new Report(about, history, Checks.of(history));
        report.write(directory.resolve("results.json"));
        System.out.println();
        System.out.print(report.text());
        Verdict verdict = report.verdict();
        return verdict == Verdict.VALID ? 0 : verdict == Verdict.INVALID ? 1 : 2;
    }

    /// The kinds of faults of `all` or of a list with commas between.
    static Set<Fault.Kind> kinds(String list) {
        if (list.equals("all")) {
            return EnumSet.allOf(Fault.Kind.class);
        }
        Map<String, Fault.Kind> names =
                Arrays.stream(Fault.Kind.values())
                        .collect(
                                Collectors.toMap(
                                        kind ->
                                                kind.name()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', '-'),
                                        kind -> kind));
        Set<Fault.Kind> kinds = EnumSet.noneOf(Fault.Kind.class);
        for (String name : list.split(",", -1)) {
            Fault.Kind kind = names.get(name);
            if (kind == null) {
                throw new IllegalArgumentException(
                        "--nemesis: %s (expected: all, or of %s)"
                                .formatted(name, new TreeMap<>(names).keySet()));
            }
            kinds.add(kind);
        }
        return kinds;
    }

    /// The priority of this process, which all that it starts inherits: field 19 of its `stat`.
    private static String niceness() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16];
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }

    private static Map<String, String> about(ChaosRun.Options options) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("workload", "mixed");
        about.put("seed", "" + options.seed());
        about.put("hosts", "" + options.hosts());
        about.put("seconds", "" + options.time().toSeconds());
        about.put("kinds", "" + options.kinds());
        about.put("begun", "" + Instant.now());
        about.put("revision", System.getProperty("epmesh.revision", "unknown"));
        about.put("java", Runtime.version().toString());
        about.put(
                "erlang",
                Commands.run(
                                "erl",
                                "-noshell",
                                "-eval",
                                "io:put_chars(erlang:system_info(otp_release)), halt().")
                        .out());
        about.put("kernel", System.getProperty("os.version"));
        about.put("nice", niceness());
        return about;
    }

    private static void say(String line) {
        System.out.println(Instant.now().toString().substring(0, 19) + "Z " + line);
    }
}
