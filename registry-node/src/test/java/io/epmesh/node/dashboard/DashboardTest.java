package io.epmesh.node.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.epmd.AliveConnection;
import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.node.RunningPeer;
import io.epmesh.node.config.Key;
import io.epmesh.node.naming.CutRequest;
import io.epmesh.node.naming.Effect;
import io.epmesh.node.naming.Islands;
import io.epmesh.node.naming.WriteResult;
import io.epmesh.node.session.MeshClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The dashboard of a mesh of three in a real browser.
class DashboardTest {
    private static final String HOSTILE = "<img/src=x/onerror=\"window.pwned=1\">'&amp;";

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    @TempDir private static Path temp;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static MeshOfThree mesh;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Browser browser;

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> program = Browser.find();
        assumeTrue(program.isPresent(), "chromium is not installed");
        mesh = new MeshOfThree(temp);
        for (String node : List.of("a@h1", "b@h2", "c@h3", "d@h1", "e@h2", "f@h3")) {
            mesh.register(node);
        }
        browser = new Browser(program.get(), Files.createDirectory(temp.resolve("chromium")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (mesh != null) {
            mesh.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        browser.forgive();
        browser.theme("light");
        show("/");
    }

    @AfterEach
    void nothingWasComplainedOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static void show(String hash) throws Exception {
        browser.open("about:blank");
        browser.open("http://127.0.0.1:%d/#%s".formatted(mesh.peer(0).httpPort(), hash));
        browser.until("document.querySelector('#strip dl')");
    }

    /// Waits, for rows are painted a frame after what stands above them.
    private static void awaitTexts(String selector, String expected) {
        browser.until(
                "[...document.querySelectorAll(%s)].map(e => e.textContent).join('|') === %s"
                        .formatted(Json.quote(selector), Json.quote(expected)));
    }

    private static void awaitText(String selector, String expected) {
        browser.until(
                "[...document.querySelectorAll(%s)].some(e => e.textContent.includes(%s))"
                        .formatted(Json.quote(selector), Json.quote(expected)));
    }

    private static void click(String selector) throws Exception {
        browser.until("document.querySelector(%s)".formatted(Json.quote(selector)));
        browser.eval(
                "document.querySelector(%s).dispatchEvent(new MouseEvent('click', {bubbles: true}))"
                        .formatted(Json.quote(selector)));
    }

    @Test
    void overview_showsAMeshOfThree_atRest() throws Exception {
        awaitText("#strip dl", "Hosts3 up");
        awaitText("#strip dl", "Convergedyes");
        browser.until(
                "[...document.querySelectorAll('.map .label')].map(e => e.textContent).join('')"
                        + ".includes('f')");
        awaitTexts(".map .title", "h1|h2|h3");
        assertThat(browser.eval("document.querySelectorAll('#strip .alarm').length"))
                .isEqualTo(0.0);
    }

    @Test
    void names_comeAndGo_withoutReload() throws Exception {
        show("/names");
        awaitText("td.node", "a@h1");
        EpmdResult.OfAlive alive =
                mesh.peer(1).epmd().alive(new NodeName("fresh"), PortInfo.ofErlangNode(9_100));
        AliveConnection fresh = ((EpmdResult.Registered) alive).connection();
        awaitText("td.node", "fresh@h2");
        fresh.close();
        browser.until(
                "![...document.querySelectorAll('tr:not([hidden]) td.node')]"
                        + ".some(e => e.textContent === 'fresh@h2')");
        show("/events");
        awaitText("ol.events li", "registeredfresh@h2");
        awaitText("ol.events li", "lostfresh@h2");
    }

    @Test
    void search_byKey_filters_andSortsByHeader() throws Exception {
        awaitText("#strip dl", "Converged");
        browser.eval("document.activeElement.blur()");
        browser.press("/");
        browser.type("@h2");
        awaitText("h1", "Names");
        awaitText(".bar [role=status]", "2 of ");
        awaitTexts("tr:not([hidden]) td.node", "b@h2|e@h2");
        browser.eval("[...document.querySelectorAll('th button')][0].click()");
        browser.until("document.querySelector('td.node').textContent === 'e@h2'");
        assertThat(browser.eval("document.querySelector('th').getAttribute('aria-sort')"))
                .isEqualTo("descending");
        browser.eval("[...document.querySelectorAll('th button')][0].click()");
        browser.press("Escape");
        browser.until("document.getElementById('search').value === ''");
    }

    @Test
    void peers_tellHowTheyAre_andThatTheyAgree() throws Exception {
        show("/peers");
        browser.until(
                """
                [...document.querySelectorAll('section[aria-label=Peers] tbody tr')].filter(row =>
                  / s$| min/.test(row.cells[4].textContent) && / ms$/.test(row.cells[5].textContent)
                  && row.cells[7].textContent === 'none' && / MiB$/.test(row.cells[9].textContent)
                  && row.cells[10].textContent === 'same').length === 2
                """);
        awaitText("section[aria-label=Convergence] p", "All 3 peers know the same.");
    }

    @Test
    void narrowScreen_needsNoScrollingToTheSide() throws Exception {
        browser.size(390, 844);
        try {
            for (String view : List.of("/", "/names", "/peers", "/events", "/node/a@h1")) {
                show(view);
                awaitText("#strip dl", "Converged");
                assertThat((Double) browser.eval("document.documentElement.scrollWidth"))
                        .as(view)
                        .isLessThanOrEqualTo(390);
                assertThat(
                                browser.eval(
                                        "document.querySelector('header').getBoundingClientRect()"
                                                + ".right <= 390"))
                        .as(view)
                        .isEqualTo(true);
            }
        } finally {
            browser.size(1280, 800);
        }
    }

    @Test
    void hostileName_isText_everywhere() throws Exception {
        try (MeshClient session =
                MeshClient.connect("127.0.0.1", mesh.peer(0).epmdPort(), TIMEOUT)) {
            String node = HOSTILE + "@h1";
            session.addMapping(node, Optional.of("127.0.0.1"), 8_001);
            show("/names");
            awaitText("td.node", HOSTILE);
            show("/");
            awaitText(".map title", "<img");
            show("/events");
            awaitText("ol.events .what", HOSTILE);
            browser.eval(
                    "location.hash = '#/node/' + encodeURIComponent(%s)"
                            .formatted(Json.quote(node)));
            awaitText("h1.name", HOSTILE);
            assertThat(browser.eval("document.querySelectorAll('img').length")).isEqualTo(0.0);
            assertThat(browser.eval("window.pwned ?? 'no'")).isEqualTo("no");
            session.removeMapping(node);
        }
    }

    @Test
    void partition_isMadeAndHealed_fromTheMap() throws Exception {
        try (MeshOfThree.Connection cable = mesh.connect("a@h1", "c@h3")) {
            assertThat(cable.carries()).isTrue();
            awaitText(".map .tagtext", "1 cable");
            click("#pick-h1");
            click("#pick-h3");
            click("#pick-h3");
            awaitText(".side", "h3");
            click("#give");
            awaitText("dialog p", "Cut what is between h1 and h3, for 2 minutes");
            click("#yes");
            awaitText("#said", "Cut.");
            assertThat(cable.isSilent()).isTrue();
            awaitText(".map .tagtext", "✂ cut 1 of 1");
            awaitText("#strip dd.alarm", "✂ 1");
            awaitText(".orders small", "left, by h1");

            click("#fixall");
            awaitText("#said", "Fixed.");
            assertThat(cable.carries()).isTrue();
            browser.until("!document.querySelector('.map .tagtext.cut')");
        }
        show("/events");
        awaitText("ol.events li", "cut*@h1 — *@h3");
        awaitText("ol.events li", "fixed*@h1 — *@h3");
    }

    /// A cable between two hosts with another one in between ran behind that one, with its tag, and
    /// seemed to be of both of its neighbours.
    @Test
    void cables_leadThroughTheGaps_onWideScreensAndNarrowOnes() throws Exception {
        List<String> others = List.of("x@far1", "x@far2", "x@far3", "x@far4");
        try {
            for (String other : others) {
                session(it -> it.addMapping(other, Optional.of("192.0.2.1"), 8_001));
            }
            awaitText(".map .title", "far4");
            String cuts =
                    """
                    import('/mesh.js').then(({mesh}) => {
                      const all = [...document.querySelectorAll('.map .title')].map(e => e.textContent);
                      const cut = {effect: 'stall'};
                      const cuts = all.flatMap((low, i) => all.slice(i + 1).map((high) =>
                        ({low: '*@' + low, high: '*@' + high, lowToHigh: cut, highToLow: cut, writer: 'h1'})));
                      Object.defineProperty(mesh, 'cables', {configurable: true,
                        get: () => ({cuts, cables: [], silent: [], at: Date.now()}), set: () => {}});
                      return cuts.length;
                    })
                    """;
            assertThat(browser.eval(cuts)).isEqualTo(21.0);
            for (int width : List.of(1280, 390)) {
                browser.size(width, 800);
                click("#pick-h1"); // draws
                browser.until("document.querySelectorAll('.map .cable.cut').length === 21");
                assertThat(browser.eval(Scripts.BEHIND))
                        .as("%d pixels".formatted(width))
                        .isEqualTo("");
                assertThat(browser.eval("document.querySelectorAll('.map .tag.cut').length"))
                        .isEqualTo(21.0);
            }
        } finally {
            browser.size(1280, 800);
            for (String other : others) {
                session(it -> it.removeMapping(other));
            }
        }
    }

    private static void session(Consumer<MeshClient> does) throws Exception {
        try (MeshClient session =
                MeshClient.connect("127.0.0.1", mesh.peer(0).epmdPort(), TIMEOUT)) {
            does.accept(session);
        }
    }

    @Test
    void orderThatIsRefused_saysWhy() throws Exception {
        awaitText(".map .title", "h3");
        click("#pick-h1");
        click("[id='pick-a@h1']");
        click("[id='pick-a@h1']");
        click("#give");
        click("#yes");
        awaitText("#said", "Not done: ");
        browser.forgive(); // of the answer 409, which the browser notes
    }

    @Test
    void events_thatComeIn_doNotMoveWhatIsRead() throws Exception {
        show("/events");
        awaitText("ol.events li", "started");
        String more =
                """
                import('/mesh.js').then(({mesh}) => {
                  const one = mesh.events.at(-1);
                  for (let i = 0; i < 100; i++) {
                    mesh.events.push({...one, id: `x-${mesh.events.length}`, kind: 'registered'});
                  }
                  document.querySelector('.bar input').dispatchEvent(new Event('input'));
                })
                """;
        browser.eval(more);
        browser.eval("void (document.querySelector('main').scrollTop = 900)");
        String read =
                "[...document.querySelectorAll('ol.events li[id]')].map((e) =>"
                        + " [e.id, Math.round(e.getBoundingClientRect().top)]).find(([, top]) =>"
                        + " top > 300).join(' ')";
        Object before = browser.eval(read);
        browser.eval(more);
        assertThat(browser.eval(read)).isEqualTo(before);
    }

    /// The list was made anew each second, for the time that is left, and the focus was lost.
    @Test
    void order_keepsTheFocus_whileItsTimeRunsDown() throws Exception {
        CutRequest cut =
                new CutRequest(
                        Islands.parse(List.of("h1"), List.of("h2")),
                        Effect.stall(),
                        false,
                        CutRequest.lasts("30s"));
        session(it -> it.cut(cut));
        try {
            String left = "document.querySelector('.orders small')?.textContent";
            browser.until(left + "?.includes('left')");
            browser.eval("document.querySelector('.orders button').focus()");
            Object before = browser.eval(left);
            browser.until(left + " !== " + Json.quote(String.valueOf(before)));
            assertThat(browser.eval("document.activeElement.textContent")).isEqualTo("fix");
        } finally {
            session(it -> it.fix(Optional.empty()));
        }
    }

    @Test
    void tenThousandNames_areAFewRows() throws Exception {
        show("/names");
        awaitText("td.node", "a@h1");
        Object names =
                browser.eval(
                        """
                        import('/mesh.js').then(({mesh, listen}) => {
                          const one = [...mesh.names.values()][0];
                          for (let i = 0; i < 10000; i++) {
                            const node = `n${String(i).padStart(5, '0')}@h9`;
                            mesh.names.set(node, {...one, node});
                          }
                          return mesh.names.size;
                        })
                        """);
        assertThat((Double) names).isGreaterThanOrEqualTo(10_006);
        browser.eval("document.querySelector('th button').click()");
        browser.eval("document.querySelector('th button').click()");
        browser.until("document.querySelector('.scroll').scrollHeight > 250000");
        browser.eval("document.querySelector('.scroll').scrollTop = 1e9");
        awaitText("tr:not([hidden]) td.node", "n09999@h9");
        assertThat((Double) browser.eval("document.querySelectorAll('tbody tr').length"))
                .isLessThan(100);
    }

    @Test
    void order_whereThereIsAnOperator_needsItsToken() throws Exception {
        Path file = Files.writeString(temp.resolve("operator"), "0123456789abcdef");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        RunningPeer guarded = mesh.another("h5", Map.of(Key.OPERATOR_FILE, file.toString()));
        browser.open("http://127.0.0.1:%d/".formatted(guarded.httpPort()));
        awaitText(".map .title", "h3");
        click("#pick-h1");
        click("#pick-h2");
        click("#pick-h2");
        click("#give");
        click("#yes");
        browser.until("document.activeElement.id === 'token'");
        browser.type("wrong-wrong-wrong-1");
        click("#yes");
        awaitText("#said", "Not done: no operator");
        click("#give");
        click("#yes");
        browser.until("document.activeElement.id === 'token'");
        browser.type("0123456789abcdef");
        click("#yes");
        awaitText("#said", "Cut.");
        click("#fixall");
        awaitText("#said", "Fixed.");
        browser.open("about:blank");
        browser.forgive(); // of the answers 403, which the browser notes
        try (MeshClient session =
                MeshClient.connect("127.0.0.1", guarded.epmdPort(), TIMEOUT, "0123456789abcdef")) {
            assertThat(session.leave()).isEqualTo(new WriteResult.Done());
        }
        guarded.awaitEnd();
    }

    @Test
    void bothThemes_haveContrast() throws Exception {
        for (String theme : List.of("light", "dark")) {
            browser.theme(theme);
            Object worst = browser.eval(Scripts.CONTRAST);
            assertThat((Double) worst).as(theme).isGreaterThanOrEqualTo(4.5);
        }
    }

    @Test
    void landmarksAndNames_areThere() throws Exception {
        for (String view : List.of("/", "/names", "/peers", "/events", "/node/a@h1")) {
            show(view);
            awaitText("#strip dl", "Converged");
            assertThat(
                            browser.eval(
                                    "['header', 'nav[aria-label]', 'main', 'section[aria-label]']"
                                            + ".filter(e => !document.querySelector(e)).join()"))
                    .isEqualTo("");
            assertThat(browser.eval(Scripts.UNNAMED)).as(view).isEqualTo("");
        }
    }

    @Test
    void page_isStrict() throws Exception {
        assertThat(browser.eval("fetch('/').then(r => r.headers.get('content-security-policy'))"))
                .asString()
                .startsWith("default-src 'none'; script-src 'self';");
    }

    @Test
    void peerThatIsStartedAgain_isFoundAgain() throws Exception {
        RunningPeer fourth = mesh.another("h4", Map.of());
        int port = fourth.httpPort();
        browser.open("http://127.0.0.1:%d/".formatted(port));
        awaitText("#strip dl", "Hosts4 up");
        fourth.close();
        awaitText("#link", "no answer for");
        RunningPeer again = mesh.another("h4", Map.of(Key.HTTP, "127.0.0.1:" + port));
        browser.until("document.getElementById('link').textContent === ''");
        awaitText("#strip dl", "Hosts4 up");
        browser.open("about:blank");
        browser.forgive(); // of what the browser says of a peer that is away
        try (MeshClient session = MeshClient.connect("127.0.0.1", again.epmdPort(), TIMEOUT)) {
            assertThat(session.leave()).isEqualTo(new WriteResult.Done());
        }
        again.awaitEnd();
    }
}
