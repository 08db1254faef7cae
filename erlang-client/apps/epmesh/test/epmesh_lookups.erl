%% Look-ups as distribution makes them, on the node itself.
-module(epmesh_lookups).

-export([all/1]).

all(Nodes) ->
    [
        {Name, epmesh_epmd:address_please(Name, "localhost", inet)}
     || N <- lists:seq(1, Nodes), Name <- ["n" ++ integer_to_list(N)]
    ].
