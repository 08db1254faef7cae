%% epmdless's functions for programs.
-module(epmdless_dist).

-export([add_node/2, add_node/3, remove_node/1, list_nodes/0, set_nodes/1]).

-spec add_node(node(), inet:port_number()) -> ok | {error, term()}.
add_node(Node, Port) ->
    epmesh:add_node(Node, Port).

-spec add_node(node(), atom() | string() | inet:ip_address(), inet:port_number()) ->
    ok | {error, term()}.
add_node(Node, Host, Port) ->
    epmesh:add_node(Node, Host, Port).

-spec remove_node(node()) -> ok | {error, term()}.
remove_node(Node) ->
    epmesh:remove_node(Node).

-spec list_nodes() ->
    [{{string(), inet:ip_address()}, {string(), inet:port_number()}}] | {error, term()}.
list_nodes() ->
    epmdless_client:list_nodes().

%% Makes these the only mappings of the mesh. Each write stands alone: the first that fails ends it.
-spec set_nodes([{node(), inet:port_number()}]) -> ok | {error, term()}.
set_nodes(Nodes) ->
    case epmesh:list_nodes() of
        {error, _} = Error ->
            Error;
        Mappings ->
            Kept = [atom_to_binary(Node, utf8) || {Node, _} <- Nodes],
            Gone = [Node || #{node := Node} <- Mappings, not lists:member(Node, Kept)],
            Writes =
                [fun() -> epmesh:remove_node(Node) end || Node <- Gone] ++
                    [fun() -> epmesh:add_node(Node, Port) end || {Node, Port} <- Nodes],
            write(Writes)
    end.

write([]) ->
    ok;
write([Write | Others]) ->
    case Write() of
        ok -> write(Others);
        {error, _} = Error -> Error
    end.
