package io.epmesh.node.dashboard;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Makes the pictures of the dashboard in `docs`, from a mesh of three with a cut.
public final class Screenshots {
    private static final List<String> NODES =
            List.of(
                    "rabbit@h1",
                    "rabbit@h2",
                    "rabbit@h3",
                    "ejabberd@h1",
                    "ejabberd@h2",
                    "billing@h2",
                    "billing@h3",
                    "gateway@h1",
                    "metrics@h3");

    private Screenshots() {}

    /// Makes them.
    ///
    /// @param arguments the directory where they go
    /// @throws Exception if they cannot be made
    public static void main(String[] arguments) throws Exception {
        Path to = Files.createDirectories(Path.of(arguments[0]));
        Path temp = Files.createTempDirectory("screenshots");
        List<MeshOfThree.Connection> cables = new ArrayList<>();
        try (MeshOfThree mesh = new MeshOfThree(temp);
                Browser browser =
                        new Browser(
                                Browser.find().orElseThrow(),
                                Files.createDirectory(temp.resolve("chromium")))) {
            for (String node : NODES) {
                mesh.register(node);
            }
            cables.add(mesh.connect("rabbit@h1", "rabbit@h2"));
            cables.add(mesh.connect("rabbit@h1", "rabbit@h3"));
            cables.add(mesh.connect("rabbit@h2", "rabbit@h3"));
            cables.add(mesh.connect("ejabberd@h1", "ejabberd@h2"));
            cables.add(mesh.connect("billing@h2", "billing@h3"));
            browser.size(1280, 640);
            browser.theme("light");
            browser.open("http://127.0.0.1:%d/".formatted(mesh.peer(0).httpPort()));
            browser.until("document.querySelectorAll('.map .tagtext').length >= 3");
            mark(browser, "h1");
            mark(browser, "h3");
            mark(browser, "h3");
            browser.eval("document.getElementById('give').click()");
            browser.eval("document.getElementById('yes').click()");
            browser.until("document.querySelector('.tagtext.cut')");
            browser.until("document.getElementById('said').textContent.startsWith('Cut')");
            shoot(browser, to.resolve("dashboard-map.png"));
            browser.eval("location.hash = '#/events'");
            shoot(browser, to.resolve("dashboard-events.png"));
            browser.theme("dark");
            browser.eval("location.hash = '#/names'");
            shoot(browser, to.resolve("dashboard-names.png"));
            browser.eval("location.hash = '#/peers'");
            shoot(browser, to.resolve("dashboard-peers.png"));
            for (MeshOfThree.Connection cable : cables) {
                cable.close();
            }
        }
    }

    private static void mark(Browser browser, String what) throws Exception {
        browser.eval(
                "document.getElementById('pick-%s').dispatchEvent(new MouseEvent('click'))"
                        .formatted(what));
    }

    /// After the figures have come.
    private static void shoot(Browser browser, Path file) throws Exception {
        browser.eval("new Promise(done => setTimeout(done, 2500))");
        browser.screenshot(file);
    }
}
