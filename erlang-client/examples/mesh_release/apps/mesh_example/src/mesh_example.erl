-module(mesh_example).

-export([who/0]).

%% The node that answers, and whom it is connected to.
-spec who() -> {node(), [node()]}.
who() ->
    {node(), lists:sort(nodes())}.
