package io.epmesh.node.dashboard;

import io.epmesh.node.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Measures the dashboard in a browser that draws by software: what the page's own thread has to do
/// for each frame while 10,000 names scroll, at rest and with 1,000 changes a second, and while the
/// other views are open. Names and events come in where those of the peer do, as it sends them:
/// what belongs to 100 ms together.
public final class ScrollBench {
    private static final int NAMES = 10_000;
    private static final int CHANGES_A_SECOND = 1_000;

    private record Case(String title, String view, boolean changing) {}

    private static final List<Case> CASES =
            List.of(
                    new Case("names scroll, nothing changes", "/names", false),
                    new Case("names scroll, 1,000 changes a second", "/names", true),
                    new Case("events scroll, 1,000 a second come in", "/events", true),
                    new Case("map, 1,000 changes a second", "/", true),
                    new Case("peers, 1,000 changes a second", "/peers", true));

    private ScrollBench() {}

    /// Prints a table in Markdown.
    ///
    /// @param arguments how many frames to measure for each row
    /// @throws Exception if it cannot be measured
    public static void main(String[] arguments) throws Exception {
        int frames = Integer.parseInt(arguments[0]);
        Path temp = Files.createTempDirectory("scroll");
        try (MeshOfThree mesh = new MeshOfThree(temp);
                Browser browser =
                        new Browser(
                                Browser.find()
                                        .orElseThrow(() -> new IOException("no chromium here")),
                                Files.createDirectory(temp.resolve("chromium")))) {
            mesh.register("a@h1");
            Await.until("a@h1 is shown", () -> knows(mesh));
            System.out.printf(
                    "| %,d names | processor time of a frame, mean | frame, median | p99 | worst |"
                            + " above 16.7 ms |%n|---|---|---|---|---|---|%n",
                    NAMES);
            for (Case each : CASES) {
                browser.open("about:blank");
                browser.open(
                        "http://127.0.0.1:%d/#%s".formatted(mesh.peer(0).httpPort(), each.view()));
                browser.until("document.querySelector('#strip dl')");
                browser.eval(STREAM);
                browser.until("window.stream?.readyState === 1");
                browser.eval(
                        FILL.replace("NAMES", "" + NAMES)
                                .replace("CHANGES", "" + CHANGES_A_SECOND / 10));
                browser.until("document.querySelector('#strip').textContent.includes('10')");
                browser.eval("new Promise(done => setTimeout(done, 1500))");
                if (each.changing()) {
                    browser.eval("change(); void setInterval(change, 100)");
                }
                double before = browser.busySeconds();
                Object took = browser.eval(FRAMES.replace("COUNT", "" + frames));
                double busy = browser.busySeconds() - before;
                System.out.printf(
                        "| %s | %.1f ms | %s |%n", each.title(), 1e3 * busy / frames, took);
            }
        }
    }

    private static boolean knows(MeshOfThree mesh) {
        try {
            return mesh.peer(0).get("/api/v1/names").contains("a@h1");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Has the page connect anew, by a stream that can be spoken into.
    private static final String STREAM =
            """
            (() => {
              const Real = EventSource;
              window.EventSource = class extends Real {
                constructor(url) { super(url); window.stream = this; }
              };
              dispatchEvent(new Event('pagehide'));
              dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
            })()
            """;

    /// A snapshot of so many names, and `change`, which tells so many changes: of four names two
    /// get another port, one ends and one begins.
    private static final String FILL =
            """
            fetch('/api/v1/nodes/a@h1').then(r => r.json()).then((one) => {
              const say = (type, data) =>
                stream.dispatchEvent(new MessageEvent(type, {data: JSON.stringify(data)}));
              const name = (i) => `n${String(i).padStart(7, '0')}@h9`;
              const node = (i) => ({...one, node: name(i), name: name(i).split('@')[0], host: 'h9',
                port: Math.floor(Math.random() * 65536)});
              const all = Array.from({length: NAMES}, (_, i) => i * 7919 % 1000003);
              for (let i = 0; i < all.length; i += 500) {
                say('names', {kind: 'snapshot', more: i + 500 < all.length, gone: [],
                  nodes: all.slice(i, i + 500).map(node)});
              }
              let count = 0;
              let next = 2000000;
              window.change = () => {
                const nodes = [];
                const gone = [];
                for (let i = 0; i < CHANGES; i++) {
                  const at = Math.floor(Math.random() * all.length);
                  const kind = i % 4 === 0 ? 'lost' : 'registered';
                  if (i % 4 === 0) {
                    gone.push(name(all[at]));
                    all[at] = all.at(-1);
                    all.pop();
                  } else if (i % 4 === 1) {
                    all.push(next);
                    nodes.push(node(next++));
                  } else nodes.push(node(all[at]));
                  say('message', {id: 'bench-' + count++, at: new Date().toISOString(), kind,
                    node: name(all[at] ?? 0), address: '10.0.0.1', port: '1', peer: one.peer});
                }
                say('names', {kind: 'changes', more: false, nodes, gone});
              };
            })
            """;

    /// Work of the page's own thread for each frame: from the frame's start to a task behind its
    /// painting. A task between frames that is longer than the worst of them counts as the worst.
    private static final String FRAMES =
            """
            new Promise((done) => {
              const frames = COUNT;
              const box = document.querySelector('.scroll') ?? document.querySelector('main');
              const took = [];
              box.scrollTop = 0;
              let busy = 0;
              new PerformanceObserver((list) => list.getEntries().forEach((it) => {
                busy = Math.max(busy, it.duration);
              })).observe({type: 'longtask'});
              const frame = () => {
                const began = performance.now();
                const room = box.scrollHeight - box.clientHeight;
                box.scrollTop = room > 0 ? (took.length * room / frames) : 0;
                const channel = new MessageChannel();
                channel.port1.onmessage = () => {
                  took.push(performance.now() - began);
                  if (took.length < frames) requestAnimationFrame(frame);
                  else {
                    took.sort((a, b) => a - b);
                    const at = (q) => took[Math.floor(q * (frames - 1))].toFixed(1) + ' ms';
                    const late = took.filter((it) => it > 16.7).length;
                    const worst = Math.max(took.at(-1), busy).toFixed(1) + ' ms';
                    done(`${at(0.5)} | ${at(0.99)} | ${worst} | ${late} of ${frames}`);
                  }
                };
                channel.port2.postMessage(0);
              };
              requestAnimationFrame(frame);
            })
            """;
}
