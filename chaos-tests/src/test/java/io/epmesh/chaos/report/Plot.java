package io.epmesh.chaos.report;

import io.epmesh.chaos.report.Series.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Panels one below the other over the time of a run, with its faults shaded, as an SVG that is
/// light or dark as its reader has it. One thread.
///
/// What cannot be told apart on a screen is drawn once, so that the file of a long run is small.
final class Plot {
    /// From the left edge to the start of the run.
    static final int LEFT = 80;

    /// From the start of the run to its end.
    static final int ACROSS = 860;

    private static final int WIDTH = LEFT + ACROSS + 160;
    private static final int TOP = 36;
    private static final int HIGH = 130;
    private static final int GAP = 40;
    private static final String STYLE =
            """
            <style>
            text { fill: #222; font: 12px sans-serif }
            .title { font-size: 15px }
            .back { fill: #fff }
            .grid { stroke: #0002 }
            .fault { fill: #d33; fill-opacity: .13 }
            .healed { fill: #ea0; fill-opacity: .18 }
            path { fill: none; stroke-width: 1.5 }
            .dots { stroke-width: 3; stroke-linecap: round; stroke-opacity: .7 }
            .ok, .blue { stroke: #1f77c4 } .info, .orange { stroke: #d97b00 }
            .fail, .red { stroke: #d6337c } .green { stroke: #2a8a3c }
            @media (prefers-color-scheme: dark) {
                text { fill: #ddd } .back { fill: #16181c } .grid { stroke: #fff2 }
                .fault { fill-opacity: .25 }
                .ok, .blue { stroke: #6db6fe } .info, .orange { stroke: #ffaa26 }
                .fail, .red { stroke: #ff7db0 } .green { stroke: #6fcf7f }
            }
            </style>\
            """;

    private final String title;
    private final Axis time;
    private final List<Band> bands;
    private final List<Panel> panels = new ArrayList<>();

    private record Panel(String name, Axis axis, List<Series> series) {}

    /// @param micros the length of the run
    Plot(String title, long micros, List<Band> bands) {
        this.title = title;
        this.time = Axis.time(micros / 1e6);
        this.bands = List.copyOf(bands);
    }

    /// Adds a panel below those that are there.
    void panel(String name, Axis axis, List<Series> series) {
        panels.add(new Panel(name, axis, List.copyOf(series)));
    }

    /// Where a moment of the run is, from the left edge.
    double x(double seconds) {
        return LEFT + ACROSS * time.at(seconds);
    }

    String svg() {
        int height = TOP + panels.size() * (HIGH + GAP) + 16;
        Markup out = new Markup();
        out.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\">",
                WIDTH, height, WIDTH);
        out.add("%s", STYLE);
        out.add("<rect class=\"back\" width=\"%d\" height=\"%d\"/>", WIDTH, height);
        label(out, LEFT, 16, "class=\"title\"", title);
        for (int i = 0; i < panels.size(); i++) {
            draw(out, panels.get(i), TOP + i * (HIGH + GAP));
        }
        if (panels.isEmpty()) {
            label(out, LEFT, TOP + 12, "", "nothing of this kind happened");
        }
        return out.add("</svg>").toString();
    }

    private void draw(Markup out, Panel panel, int top) {
        for (Band band : bands) {
            double from = x(band.from() / 1e6);
            out.add(
                    "<rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\">"
                            + "<title>%s</title></rect>",
                    band.kind().name().toLowerCase(Locale.ROOT),
                    from,
                    top,
                    Math.max(0.5, x(band.to() / 1e6) - from),
                    HIGH,
                    Markup.escape(band.label()));
        }
        for (double tick : time.ticks()) {
            rule(out, x(tick), top, x(tick), top + HIGH);
            label(out, x(tick), top + HIGH + 15, "text-anchor=\"middle\"", time.name(tick));
        }
        for (double tick : panel.axis().ticks()) {
            double y = y(panel, top, tick);
            rule(out, LEFT, y, LEFT + ACROSS, y);
            label(out, LEFT - 6, y + 4, "text-anchor=\"end\"", panel.axis().name(tick));
        }
        label(out, LEFT, top - 5, "", panel.name());
        int under = top + 12;
        for (Series series : panel.series()) {
            out.add(
                    "<path class=\"%s\" d=\"M%d,%dh14\"/>",
                    series.colour(), LEFT + ACROSS + 12, under - 4);
            label(out, LEFT + ACROSS + 32, under, "", series.name());
            String path =
                    series.kind() == Kind.POINTS
                            ? dots(panel, series, top)
                            : line(panel, series, top);
            if (!path.isEmpty()) {
                out.add(
                        "<path class=\"%s%s\" d=\"%s\"/>",
                        series.kind() == Kind.POINTS ? "dots " : "", series.colour(), path);
            }
            under += 17;
        }
    }

    private static double y(Panel panel, int top, double value) {
        double part = Math.clamp(panel.axis().at(value), 0, 1);
        return top + HIGH * (1 - part);
    }

    private String dots(Panel panel, Series series, int top) {
        Set<Long> drawn = new HashSet<>();
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < series.size(); i++) {
            long x = Math.round(x(series.second(i)) * 2);
            long y = Math.round(y(panel, top, series.value(i)) * 2);
            if (drawn.add(x << 20 | y)) {
                path.append(String.format(Locale.ROOT, "M%.1f,%.1fh0", x / 2.0, y / 2.0));
            }
        }
        return path.toString();
    }

    private String line(Panel panel, Series series, int top) {
        StringBuilder path = new StringBuilder();
        boolean isOpen = false;
        String last = "";
        for (int i = 0; i < series.size(); i++) {
            if (Double.isNaN(series.value(i))) {
                isOpen = false;
                continue;
            }
            double x = x(series.second(i));
            double y = y(panel, top, series.value(i));
            String next = String.format(Locale.ROOT, "%.1f,%.1f", x, y);
            if (isOpen && next.equals(last)) {
                continue;
            }
            if (isOpen && series.kind() == Kind.STEPS) {
                path.append(String.format(Locale.ROOT, "H%.1fV%.1f", x, y));
            } else {
                path.append(isOpen ? "L" : "M").append(next);
            }
            last = next;
            isOpen = true;
        }
        return path.toString();
    }

    private static void rule(Markup out, double x1, double y1, double x2, double y2) {
        out.add(
                "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
                x1, y1, x2, y2);
    }

    private static void label(Markup out, double x, double y, String attributes, String text) {
        out.add("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>", x, y, attributes, Markup.escape(text));
    }
}
