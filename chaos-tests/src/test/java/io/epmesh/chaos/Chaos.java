package io.epmesh.chaos;

import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.report.Report;
import io.epmesh.chaos.report.Summary;
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
    /// @param arguments `run WORKLOAD HOSTS SECONDS SEED KINDS DIRECTORY`, `check DIRECTORY
    ///   SECONDS`, with the second at which the timeline begins, or `summary DIRECTORY`
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        int outcome =
                switch (words.isEmpty() ? "" : words.getFirst() + " " + words.size()) {
                    case "run 7" -> run(words.subList(1, 7));
                    case "check 3" ->
                            check(Path.of(words.get(1)), Long.parseLong(words.get(2)) * 1_000_000);
                    case "summary 2" -> summarize(Path.of(words.get(1)));
                    default ->
                            throw new IllegalArgumentException(
                                    "not what bin/chaos calls: " + words);
                };
        System.exit(outcome);
    }

    private static int run(List<String> words) throws Exception {
        String name = words.get(0);
        ChaosRun.Options options =
                new ChaosRun.Options(
                        Workloads.named(name),
                        Integer.parseInt(words.get(1)),
                        Duration.ofSeconds(Long.parseLong(words.get(2))),
                        Long.parseLong(words.get(3)),
                        kinds(words.get(4)));
        Path directory = Files.createDirectories(Path.of(words.get(5)));
        Map<String, String> about = about(name, options, words.get(4));
        List<Operation> history;
        try (Containers hosts = Containers.start(options.hosts())) {
            history = new ChaosRun(options, directory, Chaos::say).run(hosts, about);
        }
        return judge(about, options.workload(), history, directory, 0);
    }

    private static int check(Path directory, long from) throws IOException {
        List<Operation> history = History.read(directory.resolve("history.jsonl"));
        Map<String, String> about =
                history.stream()
                        .filter(op -> op.function().equals("about"))
                        .map(Operation::value)
                        .findFirst()
                        .orElse(Map.of("workload", "mixed", "history", "" + directory));
        Workload workload = Workloads.named(about.getOrDefault("workload", "mixed"));
        return judge(about, workload, history, directory, from);
    }

    private static int judge(
            Map<String, String> about,
            Workload workload,
            List<Operation> history,
            Path directory,
            long from)
            throws IOException {
        List<Result> results =
                workload.checkers().stream().map(checker -> checker.check(history)).toList();
        Report report = new Report(about, history, results);
        report.write(directory, from);
        System.out.println();
        System.out.print(report.text());
        System.out.println("report       " + directory.resolve("index.html"));
        Verdict verdict = report.verdict();
        return verdict == Verdict.VALID ? 0 : verdict == Verdict.INVALID ? 1 : 2;
    }

    private static int summarize(Path results) throws IOException {
        Summary summary = Summary.of(results);
        Files.writeString(results.resolve("index.html"), summary.html());
        System.out.print(summary.text());
        return 0;
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
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", 18)[16];
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }

    private static Map<String, String> about(
            String workload, ChaosRun.Options options, String kinds) {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("workload", workload);
        about.put("seed", "" + options.seed());
        about.put("hosts", "" + options.hosts());
        about.put("seconds", "" + options.time().toSeconds());
        about.put("nemesis", kinds);
        about.put(
                "replay",
                "bin/chaos --workload %s --nemesis %s --time %ds --seed %d --hosts %d"
                        .formatted(
                                workload,
                                kinds,
                                options.time().toSeconds(),
                                options.seed(),
                                options.hosts()));
        about.put("begun", "" + Instant.now());
        about.put("revision", System.getProperty("epmesh.revision", "unknown"));
        about.put("next", System.getProperty("epmesh.next.patch", ""));
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
