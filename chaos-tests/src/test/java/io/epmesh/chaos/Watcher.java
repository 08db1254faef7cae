package io.epmesh.chaos;

import java.io.IOException;

/// A process `watch` of an Erlang node, which keeps what it sees: the messages that it is sent, and
/// the nodes that come and go, each with the reason.
///
/// @param node on which it runs
record Watcher(ErlangNode node) {
    private static final String PROGRAM =
            """
            register(watch, spawn(fun() ->
                ok = net_kernel:monitor_nodes(true, [{node_type, all}, nodedown_reason]),
                (fun Next(Seen) ->
                    receive
                        {tell, From} -> From ! {seen, lists:reverse(Seen)}, Next(Seen);
                        forget -> Next([]);
                        {nodeup, Node, _} -> Next([{up, Node} | Seen]);
                        {nodedown, Node, Info} ->
                            Next([{down, Node, proplists:get_value(nodedown_reason, Info)} | Seen]);
                        Message -> Next([Message | Seen])
                    end
                end)([])
            end)).
            """
                    .replaceAll("\\s*\n\\s*", " ");

    /// Starts it.
    static Watcher on(ErlangNode node) throws IOException, InterruptedException {
        node.eval(PROGRAM);
        return new Watcher(node);
    }

    /// Begins anew.
    void forget() throws IOException, InterruptedException {
        node.eval("watch ! forget.");
    }

    /// What it has seen, in this order, as Erlang prints the list: `{up,Node}`,
    /// `{down,Node,Reason}`, messages.
    String seen() throws IOException, InterruptedException {
        return node.eval("watch ! {tell, self()}, receive {seen, Seen} -> Seen end.");
    }

    /// Sends a message to the watcher of another node, which connects them if they are not.
    void send(Watcher to, String message) throws IOException, InterruptedException {
        node.eval("{watch, '%s'} ! %s.".formatted(to.node().fullName(), message));
    }
}
