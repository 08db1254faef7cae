package io.epmesh.node.dashboard;

import io.epmesh.epmd.EpmdResult;
import io.epmesh.epmd.NodeName;
import io.epmesh.epmd.PortInfo;
import io.epmesh.node.Await;
import io.epmesh.node.RunningPeer;
import io.epmesh.node.session.MeshClient;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.imageio.ImageIO;

/// Makes the pictures of the dashboard in `docs`, from a mesh of three with a cut.
public final class Screenshots {
    private static final int COLOURS = 64;

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
                ServerSocket batch = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
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
            spoil(mesh, batch.getLocalPort());
            browser.until("document.querySelector('#strip').textContent.includes('orphaned')");
            browser.eval("location.hash = '#/events'");
            shoot(browser, to.resolve("dashboard-events.png"));
            browser.theme("dark");
            browser.eval("location.hash = '#/names'");
            shoot(browser, to.resolve("dashboard-names.png"));
            for (MeshOfThree.Connection cable : cables) {
                cable.close();
            }
        }
    }

    /// Makes a conflict, and an orphan of a fourth host.
    private static void spoil(MeshOfThree mesh, int port) throws Exception {
        try (MeshClient session =
                MeshClient.connect("127.0.0.1", mesh.peer(0).epmdPort(), Duration.ofSeconds(20))) {
            session.addMapping("gateway@h1", Optional.of("192.0.2.7"), 9_001);
        }
        RunningPeer fourth = mesh.another("h4", Map.of());
        EpmdResult.OfAlive alive =
                fourth.epmd().alive(new NodeName("batch"), PortInfo.ofErlangNode(port));
        Await.until("batch@h4 is known", 30, () -> knows(mesh, "batch@h4"));
        fourth.close();
        ((EpmdResult.Registered) alive).connection().close();
    }

    private static boolean knows(MeshOfThree mesh, String node) {
        try {
            return mesh.peer(0).get("/api/v1/names").contains(node);
        } catch (Exception e) {
            throw new AssertionError(e);
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
        reduce(file);
    }

    /// To the colours that most of it has, which makes it a third as large.
    private static void reduce(Path file) throws IOException {
        BufferedImage full = ImageIO.read(file.toFile());
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                counts.merge(full.getRGB(x, y), 1, Integer::sum);
            }
        }
        int[] colours =
                counts.entrySet().stream()
                        .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                        .limit(COLOURS)
                        .mapToInt(Map.Entry::getKey)
                        .toArray();
        BufferedImage reduced =
                new BufferedImage(
                        full.getWidth(),
                        full.getHeight(),
                        BufferedImage.TYPE_BYTE_INDEXED,
                        new IndexColorModel(
                                8, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE));
        counts.replaceAll((colour, _) -> nearest(colour, colours)); // its place among them
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                reduced.getRaster()
                        .setSample(x, y, 0, Objects.requireNonNull(counts.get(full.getRGB(x, y))));
            }
        }
        ImageIO.write(reduced, "png", file.toFile());
    }

    private static int nearest(int colour, int[] colours) {
        int best = 0;
        for (int i = 1; i < colours.length; i++) {
            if (distance(colour, colours[i]) < distance(colour, colours[best])) {
                best = i;
            }
        }
        return best;
    }

    private static int distance(int one, int other) {
        int sum = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int difference = (one >> shift & 0xff) - (other >> shift & 0xff);
            sum += difference * difference;
        }
        return sum;
    }
}
