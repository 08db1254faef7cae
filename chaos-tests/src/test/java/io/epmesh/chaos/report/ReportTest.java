package io.epmesh.chaos.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.check.ConvergenceChecker;
import io.epmesh.chaos.check.LookupChecker;
import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.check.Script;
import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/// A report of a history of 100 s, written by hand: a fault from 20 to 40 s, equal dumps at 42 s.
class ReportTest {
    private static final Map<String, String> ABOUT =
            Map.of("workload", "lookups", "seed", "7", "replay", "bin/chaos --seed 7");

    private static Script script() {
        return Script.hosts(2)
                .saw("h2", "live", 1_000, 90_000, "node", "x@h2", "host", "h2", "port", "7000")
                .did(
                        "h1/reader",
                        "lookup",
                        Outcome.OK,
                        5_000,
                        5_002,
                        "node",
                        "x@h2",
                        "at",
                        "h1",
                        "port",
                        "7000")
                .did(
                        "h1/reader",
                        "lookup",
                        Outcome.FAIL,
                        25_000,
                        30_000,
                        "node",
                        "x@h2",
                        "at",
                        "h2",
                        "port",
                        "0",
                        "error",
                        "<\u0001 & \"no\">")
                .saw("nemesis", "fault", 20_000, 40_000, "kind", "halves", "what", "HALVES <h1>")
                .did("nemesis", "converge", Outcome.OK, 40_000, 42_000, "cycle", "1")
                .saw("h1", "orphaned", 24_000, 24_000, "peer", "h2")
                .saw("h1", "up", 41_000, 41_000, "peer", "h2")
                .saw("machine", "load", 100_000, 100_000, "loadavg", "1.50 1.00 0.50 1/1 1");
    }

    private static Report report(List<Operation> history) {
        List<Result> results =
                List.of(
                        new LookupChecker(Duration.ofSeconds(5)).check(history),
                        new ConvergenceChecker(Duration.ofSeconds(1), Duration.ofSeconds(1))
                                .check(history));
        return new Report(ABOUT, history, results);
    }

    private static Document parse(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setExpandEntityReferences(false);
        return factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader(Files.readString(file))));
    }

    /// Elements of a class, in their order.
    private static List<Element> ofClass(Document document, String tag, String name) {
        List<Element> found = new ArrayList<>();
        var all = document.getElementsByTagName(tag);
        for (int i = 0; i < all.getLength(); i++) {
            if (all.item(i) instanceof Element element
                    && List.of(element.getAttribute("class").split(" ", -1)).contains(name)) {
                found.add(element);
            }
        }
        return found;
    }

    @Test
    void files_areWellFormedAndNeedNoNetwork(@TempDir Path directory) throws Exception {
        report(script().history()).write(directory, 0);

        List<Path> files;
        try (var all = Files.list(directory)) {
            files = all.filter(file -> !file.toString().endsWith(".json")).toList();
        }
        assertThat(files)
                .extracting(file -> "" + file.getFileName())
                .containsExactlyInAnyOrder(
                        "index.html",
                        "timeline.html",
                        "latency-raw.svg",
                        "latency-quantiles.svg",
                        "rate.svg",
                        "convergence.svg");
        for (Path file : files) {
            parse(file);
            assertThat(Files.readString(file).replace("http://www.w3.org/2000/svg", ""))
                    .as("%s", file)
                    .doesNotContain("http:", "https:", "<script", "@import")
                    .contains("prefers-color-scheme: dark");
        }
    }

    @Test
    void plots_shadeTheFaultAndTheHealWhereTheyWere(@TempDir Path directory) throws Exception {
        report(script().history()).write(directory, 0);

        for (String plot : List.of("latency-raw.svg", "rate.svg", "convergence.svg")) {
            Element fault = ofClass(parse(directory.resolve(plot)), "rect", "fault").getFirst();
            // 100 s are 860 pixels, from the 80th
            assertThat(fault.getAttribute("x")).as(plot).isEqualTo("252.00");
            assertThat(fault.getAttribute("width")).as(plot).isEqualTo("172.00");
            assertThat(fault.getTextContent()).isEqualTo("HALVES <h1>");
            Element healed = ofClass(parse(directory.resolve(plot)), "rect", "healed").getFirst();
            assertThat(healed.getAttribute("x")).isEqualTo("424.00");
            assertThat(healed.getAttribute("width")).isEqualTo("17.20");
        }
    }

    @Test
    void points_areWhereTheirOperationsEnded(@TempDir Path directory) throws Exception {
        report(script().history()).write(directory, 0);

        List<Element> dots = ofClass(parse(directory.resolve("latency-raw.svg")), "path", "dots");
        assertThat(dots).extracting(dot -> dot.getAttribute("class")).contains("dots ok");
        assertThat(dots.getFirst().getAttribute("d")).startsWith("M123.0,");
        assertThat(dots.getLast().getAttribute("class")).isEqualTo("dots fail");
        assertThat(dots.getLast().getAttribute("d")).startsWith("M338.0,");
    }

    @Test
    void timeline_hasAColumnForEachProcessAndTimeDownwards(@TempDir Path directory)
            throws Exception {
        report(script().history()).write(directory, 0);

        Document timeline = parse(directory.resolve("timeline.html"));
        assertThat(ofClass(timeline, "div", "process"))
                .extracting(Element::getTextContent)
                .containsExactly("h1/reader", "h1", "h2");
        assertThat(ofClass(timeline, "div", "fault").getFirst().getAttribute("style"))
                .isEqualTo("top:1230.0px;height:1200.0px");
        Element lookup = ofClass(timeline, "div", "fail").stream().findFirst().orElseThrow();
        assertThat(lookup.getAttribute("style")).isEqualTo("left:64px;top:1530.0px;height:300.0px");
        assertThat(lookup.getAttribute("title")).contains("error: <? & \"no\">");
    }

    @Test
    void timeline_ofALongRun_isCutAndBeginsWhereAsked() throws Exception {
        Script script = script();
        for (int i = 0; i < Timeline.MOST + 5; i++) {
            script.did("h2/reader", "lookup", Outcome.OK, 50_000 + i, 50_000 + i, "node", "x@h2");
        }
        String whole = new Timeline(script.history(), 0).html();
        String late = new Timeline(script.history(), 60_000_000).html();

        assertThat(whole.split("class=\"op ", -1)).hasSize(Timeline.MOST + 1);
        assertThat(late).doesNotContain("0:00:05.000").contains("0:01:00.000");
        assertThat(late.split("class=\"op ", -1).length).isBetween(2, 20);
    }

    @Test
    void index_opensWhatThereIsAndTellsWhatWasFound(@TempDir Path directory) throws Exception {
        Files.createDirectory(directory.resolve("logs"));
        Files.writeString(directory.resolve("logs/h1.log"), "");
        Files.writeString(directory.resolve("history.jsonl"), "");
        report(script().history()).write(directory, 0);

        Document index = parse(directory.resolve("index.html"));
        var links = index.getElementsByTagName("a");
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < links.getLength(); i++) {
            targets.add(((Element) links.item(i)).getAttribute("href"));
        }
        assertThat(targets)
                .contains("logs/h1.log", "timeline.html", "history.jsonl", "results.json")
                .allSatisfy(target -> assertThat(directory.resolve(target)).exists());
        String text = index.getDocumentElement().getTextContent();
        assertThat(text)
                .contains("lookups, seed 7", "invalid", "bin/chaos --seed 7")
                .contains("equal only 2000.0 ms after the heal", "look-ups that named a port: 1");
    }

    @Test
    void verdict_isTheWorst() {
        List<Operation> history = script().history();
        assertThat(report(history).verdict()).isEqualTo(Verdict.INVALID);
        assertThat(new Report(ABOUT, history, List.of()).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(new Report(ABOUT, history, List.of(report(history).results().getFirst())))
                .extracting(Report::verdict)
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void summary_hasALineForEachRun(@TempDir Path directory) throws Exception {
        Path run = Files.createDirectories(directory.resolve("lookups/7-now"));
        report(script().history()).write(run, 0);

        Path page = directory.resolve("index.html");
        Files.writeString(page, Summary.of(directory).html());
        Element link = (Element) parse(page).getElementsByTagName("a").item(0);
        assertThat(link.getTextContent()).isEqualTo("lookups, seed 7");
        assertThat(directory.resolve(link.getAttribute("href"))).exists();
        assertThat(ofClass(parse(page), "td", "number"))
                .extracting(Element::getTextContent)
                .containsExactly("1", "1");
        assertThat(Summary.of(directory).text().lines().toList())
                .hasSize(3)
                .last()
                .asString()
                .startsWith(
                        "| lookups | 7 | unknown | unknown s | unknown | invalid | 1 | 1 | unknown |"
                                + " 2000.0 ms;")
                .endsWith("| –, – | – | 1.5, 1.5 |");
    }
}
