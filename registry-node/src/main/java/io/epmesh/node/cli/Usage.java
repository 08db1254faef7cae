package io.epmesh.node.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What a command takes: its options and operands, each with what it means and whoever takes its
/// value. The command line is read by it, and `--help` is written from it. For one thread.
///
/// Written for this program, since a library that finds options by reflection takes longer than a
/// command does: `docs/decisions/0009-command-line.md`.
final class Usage {
    private static final String END_OF_OPTIONS = "--";

    private final String meaning;
    private final Map<String, Option> options = new LinkedHashMap<>();
    private final List<Operand> operands = new ArrayList<>();

    /// Whether the value of an option is there.
    private enum Value {
        NONE,
        ONE,
        MAYBE
    }

    private record Option(
            List<String> names, String label, Value value, String meaning, Consumer<String> taker) {
        String left() {
            String all = String.join(", ", names);
            return switch (value) {
                case NONE -> all;
                case ONE -> all + "=" + label;
                case MAYBE -> all + "[=" + label + "]";
            };
        }
    }

    private record Operand(String label, boolean needed, String meaning, Consumer<String> taker) {}

    /// @param meaning of the command, one sentence
    Usage(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }

    /// The options that were added, each with all of its spellings.
    List<List<String>> spellings() {
        return options.values().stream().distinct().map(Option::names).toList();
    }

    /// Adds an option with a value.
    ///
    /// @param name with its dashes
    /// @param label stands for the value
    Usage option(String name, String label, String meaning, Consumer<String> taker) {
        options.put(name, new Option(List.of(name), label, Value.ONE, meaning, taker));
        return this;
    }

    /// Adds an option whose value may be left out, for `true`.
    Usage optional(String name, String label, String meaning, Consumer<String> taker) {
        options.put(name, new Option(List.of(name), label, Value.MAYBE, meaning, taker));
        return this;
    }

    /// Adds an option without a value.
    ///
    /// @param names with their dashes; one or more spellings
    Usage flag(List<String> names, String meaning, Runnable given) {
        Option option = new Option(names, "", Value.NONE, meaning, _ -> given.run());
        names.forEach(name -> options.put(name, option));
        return this;
    }

    /// Adds an operand, behind those that were added before.
    Usage operand(String label, String meaning, Consumer<String> taker) {
        operands.add(new Operand(label, true, meaning, taker));
        return this;
    }

    /// Adds an operand that may be left out.
    Usage optionalOperand(String label, String meaning, Consumer<String> taker) {
        operands.add(new Operand(label, false, meaning, taker));
        return this;
    }

    /// Reads what is behind the command, and hands over each value.
    ///
    /// @throws UsageException if it is not as described
    void read(List<String> words) {
        Set<String> given = new HashSet<>();
        List<String> values = new ArrayList<>();
        boolean ended = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (ended || !word.startsWith("-") || word.equals("-")) {
                values.add(word);
            } else if (word.equals(END_OF_OPTIONS)) {
                ended = true;
            } else {
                boolean next = i + 1 < words.size() && !words.get(i + 1).startsWith("--");
                if (take(word, next ? List.of(words.get(i + 1)) : List.of(), given)) {
                    i++;
                }
            }
        }
        takeOperands(values);
    }

    /// Takes an option; whether it took the word that follows.
    private boolean take(String word, List<String> next, Set<String> given) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Option option = options.get(name);
        if (option == null) {
            throw new UsageException("unknown option '%s'".formatted(name));
        }
        if (!given.add(option.names().getFirst())) {
            throw new UsageException("%s: given twice (expected: once)".formatted(name));
        }
        if (equals >= 0) {
            if (option.value() == Value.NONE) {
                throw new UsageException("%s (expected: %s alone)".formatted(word, name));
            }
            option.taker().accept(word.substring(equals + 1));
            return false;
        }
        return switch (option.value()) {
            case NONE -> {
                option.taker().accept("");
                yield false;
            }
            case MAYBE -> {
                option.taker().accept(next.isEmpty() ? "true" : next.getFirst());
                yield !next.isEmpty();
            }
            case ONE -> {
                if (next.isEmpty()) {
                    throw new UsageException(
                            "%s: no value (expected: %s)".formatted(name, option.label()));
                }
                option.taker().accept(next.getFirst());
                yield true;
            }
        };
    }

    private void takeOperands(List<String> values) {
        if (values.size() > operands.size()) {
            throw new UsageException("unexpected '%s'".formatted(values.get(operands.size())));
        }
        for (int i = 0; i < operands.size(); i++) {
            Operand operand = operands.get(i);
            if (i < values.size()) {
                operand.taker().accept(values.get(i));
            } else if (operand.needed()) {
                throw new UsageException(
                        "missing %s: %s".formatted(operand.label(), operand.meaning()));
            }
        }
    }

    /// What `--help` tells.
    ///
    /// @param command with the program's name
    String help(String command) {
        StringBuilder line = new StringBuilder("Usage: ").append(command).append(" [OPTION]...");
        HelpText text = new HelpText();
        for (Operand operand : operands) {
            line.append(operand.needed() ? " " : " [").append(operand.label());
            line.append(operand.needed() ? "" : "]");
            text.row(operand.label(), operand.meaning());
        }
        options.values().stream()
                .distinct()
                .forEach(option -> text.row(option.left(), option.meaning()));
        text.row("-h, --help", "shows this help");
        text.row("-V, --version", "shows the version");
        return line + "\n" + meaning + "\n\n" + text;
    }

    /// Reads one of an enum's values, in any case.
    ///
    /// @param name the option's, for the sentence
    static <E extends Enum<E>> E choice(Class<E> type, String name, String text) {
        for (E each : type.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(text)) {
                return each;
            }
        }
        throw new UsageException(
                Arrays.stream(type.getEnumConstants())
                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                        .collect(
                                Collectors.joining(
                                        " or ", "%s: %s (expected: ".formatted(name, text), ")")));
    }
}
