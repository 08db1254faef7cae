%% epmdless's epmd module with variable ports: erl -epmd_module epmdless_client, unchanged, where
%% each node has a peer of epmesh. What add_node/2 adds on one node is known to all.
%%
%% ERL_DIST_PORT is the port to listen on. For a remote shell, which does not listen, it or
%% EPMDLESS_REMSH_PORT is the port of the node to reach, as far as no peer knows it.
-module(epmdless_client).

-export([start_link/0, register_node/2, register_node/3, listen_port_please/2]).
-export([address_please/3, port_please/2, port_please/3, names/0, names/1]).
-export([add_node/2, add_node/4, remove_node/1, list_nodes/0, get_info/0]).

%% As epmdless shows a mapping.
-type listed() :: {{Name :: string(), inet:ip_address()}, {Host :: string(), inet:port_number()}}.

-spec start_link() -> {ok, pid()} | ignore | {error, term()}.
start_link() ->
    epmesh_epmd:start_link().

-spec register_node(atom() | string(), inet:port_number()) -> {ok, integer()} | {error, term()}.
register_node(Name, Port) ->
    epmesh_epmd:register_node(Name, Port).

-spec register_node(atom() | string(), inet:port_number(), atom()) ->
    {ok, integer()} | {error, term()}.
register_node(Name, Port, Driver) ->
    epmesh_epmd:register_node(Name, Port, Driver).

-spec listen_port_please(atom() | string(), term()) -> {ok, inet:port_number()}.
listen_port_please(Name, Host) ->
    case {epmesh_epmd:listen_port_please(Name, Host), epmdless_port:dist()} of
        {{ok, 0}, {ok, Port}} -> {ok, Port};
        {Given, _} -> Given
    end.

-spec address_please(string(), string(), inet | inet6) ->
    {ok, inet:ip_address(), inet:port_number(), 5..6} | {ok, inet:ip_address()} | {error, term()}.
address_please(Name, Host, Family) ->
    epmesh_epmd:address_please(Name, Host, Family).

-spec port_please(atom() | string(), term()) ->
    {port, inet:port_number(), non_neg_integer()} | noport | closed | {error, term()}.
port_please(Name, Host) ->
    port_please(Name, Host, infinity).

%% Only a node that does not listen takes the variables for the port of another: elsewhere
%% epmdless's way led an unknown node's name to this node itself.
-spec port_please(atom() | string(), term(), timeout()) ->
    {port, inet:port_number(), non_neg_integer()} | noport | closed | {error, term()}.
port_please(Name, Host, Timeout) ->
    case epmesh_epmd:port_please(Name, Host, Timeout) of
        {port, _, _} = Found -> Found;
        Other -> epmdless_port:remsh(Other)
    end.

-spec names() -> {ok, [{string(), inet:port_number()}]} | {error, term()}.
names() ->
    epmesh_epmd:names().

-spec names(term()) -> {ok, [{string(), inet:port_number()}]} | {error, term()}.
names(Host) ->
    epmesh_epmd:names(Host).

-spec add_node(node(), inet:port_number()) -> ok | {error, term()}.
add_node(Node, Port) ->
    epmesh:add_node(Node, Port).

%% Adds a node Name@Host at an address of which nothing is asked.
-spec add_node(atom() | string(), atom() | string(), inet:ip_address(), inet:port_number()) ->
    ok | {error, term()}.
add_node(Name, Host, Address, Port) ->
    case epmesh_text:full_name(Name, Host) of
        {ok, Node} -> epmesh:add_node(Node, Address, Port);
        error -> {error, {bad_name, Name}}
    end.

-spec remove_node(node()) -> ok | {error, term()}.
remove_node(Node) ->
    epmesh:remove_node(Node).

%% The mappings of the mesh, in epmdless's shape.
-spec list_nodes() -> [listed()] | {error, term()}.
list_nodes() ->
    case epmesh:list_nodes() of
        {error, _} = Error -> Error;
        Mappings -> lists:map(fun listed/1, Mappings)
    end.

listed(#{node := Node, address := Address, port := Port}) ->
    [Name, Host] = binary:split(Node, <<"@">>),
    {
        {unicode:characters_to_list(Name), Address},
        {unicode:characters_to_list(Host), Port}
    }.

-spec get_info() -> [{dist_port, inet:port_number()}].
get_info() ->
    case epmdless_port:dist() of
        {ok, Port} -> [{dist_port, Port}];
        error -> [{dist_port, 0}]
    end.
