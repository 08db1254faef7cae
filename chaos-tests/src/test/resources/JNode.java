import com.ericsson.otp.erlang.OtpNode;

/// A JInterface node: registers under the first name, pings the second node, says "=> NAME PORT",
/// and answers until it is killed.
class JNode {
    public static void main(String[] arguments) throws Exception {
        OtpNode node = new OtpNode(arguments[0], "chaos");
        if (!node.ping(arguments[1], 5_000)) {
            throw new IllegalStateException("no answer from " + arguments[1]);
        }
        System.out.println("=> " + node.node() + " " + node.port());
        Thread.currentThread().join();
    }
}
