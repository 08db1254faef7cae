package io.epmesh.node.dashboard;

import java.nio.file.Files;
import java.nio.file.Path;

/// Measures how long frames take while a table of 10,000 names scrolls from its top to its end, and
/// while names change under it.
public final class ScrollBench {
    private ScrollBench() {}

    /// Prints medians and worst frames, in milliseconds.
    ///
    /// @param arguments none
    /// @throws Exception if it cannot be measured
    public static void main(String[] arguments) throws Exception {
        Path temp = Files.createTempDirectory("scroll");
        try (MeshOfThree mesh = new MeshOfThree(temp);
                Browser browser =
                        new Browser(
                                Browser.find().orElseThrow(),
                                Files.createDirectory(temp.resolve("chromium")))) {
            mesh.register("a@h1");
            browser.open("http://127.0.0.1:%d/#/names".formatted(mesh.peer(0).httpPort()));
            browser.until("[...document.querySelectorAll('td.node')].some(e => e.textContent)");
            browser.eval(MANY);
            browser.eval("document.querySelector('th button').click()");
            System.out.println("scrolling: " + browser.eval(SCROLL.formatted("")));
            System.out.println("changing:  " + browser.eval(SCROLL.formatted("change();")));
        }
    }

    private static final String MANY =
            """
            import('/mesh.js').then(({mesh}) => {
              const one = [...mesh.names.values()][0];
              for (let i = 0; i < 10000; i++) {
                const node = `n${String(i).padStart(5, '0')}@h9`;
                mesh.names.set(node, {...one, node});
              }
              window.change = () => {
                const node = `n${String(Math.floor(Math.random() * 10000)).padStart(5, '0')}@h9`;
                mesh.names.set(node, {...one, node, port: Math.floor(Math.random() * 65536)});
                document.querySelector('.bar select').dispatchEvent(new Event('change'));
              };
            })
            """;

    /// Work of the page's own thread for each of 300 frames, from the frame's start to a task
    /// behind its painting.
    private static final String SCROLL =
            """
            new Promise((done) => {
              const box = document.querySelector('.scroll');
              const step = (box.scrollHeight - box.clientHeight) / 300;
              const took = [];
              box.scrollTop = 0;
              const frame = () => {
                const began = performance.now();
                box.scrollTop += step;
                %s
                requestAnimationFrame(() => {
                  const channel = new MessageChannel();
                  channel.port1.onmessage = () => {
                    took.push(performance.now() - began);
                    if (took.length < 300) requestAnimationFrame(frame);
                    else {
                      took.sort((a, b) => a - b);
                      const at = (q) => took[Math.floor(q * 299)].toFixed(1);
                      done(`p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms of 300 frames`);
                    }
                  };
                  channel.port2.postMessage(0);
                });
              };
              requestAnimationFrame(frame);
            })
            """;
}
