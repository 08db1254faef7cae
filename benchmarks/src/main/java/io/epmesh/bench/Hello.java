package io.epmesh.bench;

/// The least that a virtual machine can do: what it takes is the floor of all that is written in
/// Java.
final class Hello {
    private Hello() {}

    /// Says so.
    public static void main(String[] args) {
        System.out.println("hello");
    }
}
