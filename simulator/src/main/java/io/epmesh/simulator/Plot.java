package io.epmesh.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A plot of lines over two logarithmic axes, as SVG.
final class Plot {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 400;
    private static final int LEFT = 80;
    private static final int RIGHT = 20;
    private static final int TOP = 40;
    private static final int BOTTOM = 60;
    private static final List<String> COLOURS = List.of("#1b6ca8", "#c1440e", "#3a7d44", "#6b4c9a");

    private final String title;
    private final String across;
    private final String up;
    private final List<Line> lines = new ArrayList<>();

    private record Line(String name, List<double[]> points) {}

    /// @param across and `up` name the axes
    Plot(String title, String across, String up) {
        this.title = title;
        this.across = across;
        this.up = up;
    }

    /// @param points pairs of positive numbers
    void line(String name, List<double[]> points) {
        lines.add(new Line(name, List.copyOf(points)));
    }

    String svg() {
        Scale x = Scale.over(lines, 0, LEFT, WIDTH - RIGHT);
        Scale y = Scale.over(lines, 1, HEIGHT - BOTTOM, TOP);
        StringBuilder out = new StringBuilder();
        add(
                out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                        + "font-family=\"sans-serif\" font-size=\"12\">",
                WIDTH,
                HEIGHT);
        add(out, "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, HEIGHT);
        add(out, "<text x=\"%d\" y=\"20\" font-size=\"15\">%s</text>", LEFT, title);
        for (double tick : x.ticks()) {
            double at = x.at(tick);
            rule(out, at, TOP, at, HEIGHT - BOTTOM);
            label(out, at, HEIGHT - BOTTOM + 18, "middle", number(tick));
        }
        for (double tick : y.ticks()) {
            double at = y.at(tick);
            rule(out, LEFT, at, WIDTH - RIGHT, at);
            label(out, LEFT - 6, at + 4, "end", number(tick));
        }
        label(out, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - BOTTOM + 36, "middle", across);
        add(
                out,
                "<text transform=\"translate(18 %d) rotate(-90)\" text-anchor=\"middle\">%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2,
                up);
        for (int i = 0; i < lines.size(); i++) {
            draw(out, lines.get(i), COLOURS.get(i % COLOURS.size()), i, x, y);
        }
        return out.append("</svg>\n").toString();
    }

    private static void draw(
            StringBuilder out, Line line, String colour, int index, Scale x, Scale y) {
        StringBuilder path = new StringBuilder();
        for (double[] point : line.points()) {
            path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x.at(point[0]), y.at(point[1])));
            add(
                    out,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
                    x.at(point[0]),
                    y.at(point[1]),
                    colour);
        }
        add(
                out,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
                path.toString().strip(),
                colour);
        int under = TOP + 16 * (index + 1);
        add(
                out,
                "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>",
                LEFT + 10,
                under,
                colour,
                line.name());
    }

    private static void rule(StringBuilder out, double x1, double y1, double x2, double y2) {
        add(
                out,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
                x1,
                y1,
                x2,
                y2);
    }

    private static void label(StringBuilder out, double x, double y, String anchor, String text) {
        add(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
    }

    private static String number(double value) {
        return value >= 1
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%s", value);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency for it alone
    private static void add(StringBuilder out, String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /// From whole powers of ten to pixels.
    ///
    /// @param low and `high` are exponents
    private record Scale(int low, int high, double from, double to) {
        static Scale over(List<Line> lines, int coordinate, double from, double to) {
            double least = Double.MAX_VALUE;
            double most = Double.MIN_VALUE;
            for (Line line : lines) {
                for (double[] point : line.points()) {
                    least = Math.min(least, point[coordinate]);
                    most = Math.max(most, point[coordinate]);
                }
            }
            int low = (int) Math.floor(Math.log10(least));
            return new Scale(low, Math.max(low + 1, (int) Math.ceil(Math.log10(most))), from, to);
        }

        double at(double value) {
            return from + (to - from) * (Math.log10(value) - low) / (high - low);
        }

        List<Double> ticks() {
            List<Double> ticks = new ArrayList<>();
            for (int exponent = low; exponent <= high; exponent++) {
                ticks.add(Math.pow(10, exponent));
            }
            return ticks;
        }
    }
}
