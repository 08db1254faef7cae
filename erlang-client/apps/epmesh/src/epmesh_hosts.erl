%% Whose names a host's epmd would list, as the mesh knows them.
-module(epmesh_hosts).

-export([names/2]).

%% unknown: no host of the mesh, or nobody to ask.
-spec names(Host :: binary(), Timeout :: pos_integer()) ->
    {ok, [{string(), inet:port_number()}]} | unknown.
names(Host, Timeout) ->
    Peer =
        case epmesh_session:request(peers, Timeout) of
            {ok, Peers} -> peer_of(Host, Peers);
            {error, _} -> undefined
        end,
    case {[N || N <- nodes_known(), is_of(Host, Peer, N)], Peer} of
        {[], undefined} -> unknown;
        {Nodes, _} -> {ok, lists:sort(lists:map(fun short/1, Nodes))}
    end.

peer_of(Host, Peers) ->
    Own = is_loopback(Host),
    Known = [P || #{hosts := Hosts, self := Self} = P <- Peers, Own and Self or is_in(Host, Hosts)],
    %% A host that was installed anew has two peers, of which one is dead.
    case [P || #{state := up} = P <- Known] ++ Known of
        [Peer | _] -> Peer;
        [] -> undefined
    end.

nodes_known() ->
    case epmesh:names() of
        {error, _} -> [];
        Nodes -> Nodes
    end.

is_of(Host, undefined, #{node := Node}) ->
    host_part(Node) =:= Host;
is_of(_Host, #{id := Id}, #{peer := Id}) ->
    true;
is_of(Host, #{hosts := Hosts}, #{peer := undefined, node := Node}) ->
    Part = host_part(Node),
    Part =:= Host orelse is_in(Part, Hosts);
is_of(_, _, _) ->
    false.

is_in(Host, Hosts) -> lists:member(Host, Hosts).

is_loopback(<<"localhost">>) -> true;
is_loopback(<<"::1">>) -> true;
is_loopback(<<"127.", _/binary>>) -> true;
is_loopback(_) -> false.

host_part(Node) ->
    [_, Host] = binary:split(Node, <<"@">>),
    Host.

short(#{node := Node, port := Port}) ->
    [Name, _] = binary:split(Node, <<"@">>),
    {unicode:characters_to_list(Name), Port}.
