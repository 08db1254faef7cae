import java.util.List;
import java.util.Map;

/// What `plain` rewrites, in all of its kinds, and what it gives: the same before and after.
public final class Sample {
    private Sample() {}

    sealed interface Shape permits Point, Flags, Numbers, Nothing, Pair {}

    record Point(int x, long y, String name) implements Shape {}

    record Flags(boolean set, byte small, short middle, char letter) implements Shape {}

    record Numbers(float single, double twice, byte[] bytes) implements Shape {}

    record Nothing() implements Shape {}

    record Pair<T>(T left, List<? extends T> right) implements Shape {
        /// A record that has its own.
        @Override
        public String toString() {
            return left + "/" + right;
        }
    }

    enum Colour {
        RED,
        GREEN
    }

    /// An interface with code of its own.
    interface Namer {
        default String name(Object any) {
            return switch (any) {
                case Integer n when n > 7 -> "many";
                case Integer n -> "few " + n;
                case String s when s.isEmpty() -> "empty";
                case CharSequence s -> "text " + s;
                case Point(int x, long _, String name) when x > 0 -> name;
                case Record r -> "record " + r;
                case null -> "null";
                default -> any.getClass().getSimpleName();
            };
        }
    }

    private static int number(Shape shape) {
        return switch (shape) {
            case Point _ -> 1;
            case Flags _ -> 2;
            case Numbers _ -> 3;
            case Nothing _ -> 4;
            case Pair<?> _ -> 5;
        };
    }

    /// Labels that are no types stay with the virtual machine.
    private static String mixed(Object any) {
        return switch (any) {
            case Colour c when c == Colour.RED -> "warm";
            case Colour.GREEN -> "cold";
            default -> "neither";
        };
    }

    public static void main(String[] args) {
        List<Shape> shapes =
                List.of(
                        new Point(-1, 1L << 40, "p"),
                        new Point(-1, 1L << 40, "p"),
                        new Point(8, -3, null),
                        new Flags(true, (byte) -5, (short) 300, 'ä'),
                        new Flags(false, (byte) -5, (short) 300, 'ä'),
                        new Numbers(Float.NaN, -0.0, null),
                        new Numbers(Float.NaN, -0.0, null),
                        new Numbers(1.5f, 0.0, null),
                        new Nothing(),
                        new Pair<>("a", List.of("b")),
                        new Pair<>(null, List.of()));
        for (Shape one : shapes) {
            System.out.println(number(one) + " " + one + " " + one.hashCode());
            for (Shape other : shapes) {
                System.out.print(one.equals(other) ? "=" : ".");
            }
            System.out.println(one.equals(null) + " " + one.equals("x"));
        }
        Namer namer = new Namer() {};
        for (Object any : List.of(9, 3, "", "s", new StringBuilder("b"), Map.of(), shapes.get(2))) {
            System.out.println(namer.name(any) + " " + mixed(any));
        }
        System.out.println(namer.name(null) + namer.name(shapes.get(0)) + namer.name(shapes.get(8)));
        System.out.println(mixed(Colour.RED) + mixed(Colour.GREEN));
        try {
            System.out.println(number(null));
        } catch (NullPointerException e) {
            System.out.println("no shape");
        }
    }
}
