%% Look-ups as distribution makes them, on the node itself.
-module(epmesh_lookups).

-export([all/1, net_kernel_kept/1]).

all(Nodes) ->
    [
        {Name, epmesh_epmd:address_please(Name, "localhost", inet)}
     || N <- lists:seq(1, Nodes), Name <- ["n" ++ integer_to_list(N)]
    ].

%% The longest that net_kernel took to answer, in microseconds, while it was asked to connect.
net_kernel_kept(Node) ->
    _ = spawn(net_kernel, connect_node, [Node]),
    lists:max([
        Micros
     || _ <- lists:seq(1, 20), {Micros, _} <- [timer:tc(net_kernel, get_net_ticktime, [])]
    ]).
