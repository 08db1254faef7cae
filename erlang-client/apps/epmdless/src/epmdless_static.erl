%% epmdless's epmd module with one port for every node: ERL_DIST_PORT, else -erl_epmd_port. Without
%% a port it is epmesh_epmd.
-module(epmdless_static).

-export([start_link/0, register_node/2, register_node/3, listen_port_please/2]).
-export([address_please/3, port_please/2, port_please/3, names/0, names/1]).

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
    case {epmdless_port:dist(), epmesh_epmd:listen_port_please(Name, Host)} of
        {{ok, Port}, _} -> {ok, Port};
        {error, Given} -> Given
    end.

%% What the mesh knows goes before the rule: its address needs no resolver, and nodes with other
%% ports are reached too.
-spec address_please(string(), string(), inet | inet6) ->
    {ok, inet:ip_address(), inet:port_number(), 5..6} | {ok, inet:ip_address()} | {error, term()}.
address_please(Name, Host, Family) ->
    epmesh_epmd:address_please(Name, Host, Family).

-spec port_please(atom() | string(), term()) ->
    {port, inet:port_number(), non_neg_integer()} | noport | closed | {error, term()}.
port_please(Name, Host) ->
    port_please(Name, Host, infinity).

-spec port_please(atom() | string(), term(), timeout()) ->
    {port, inet:port_number(), non_neg_integer()} | noport | closed | {error, term()}.
port_please(Name, Host, Timeout) ->
    case epmdless_port:dist() of
        {ok, Port} -> {port, Port, 6};
        error -> epmesh_epmd:port_please(Name, Host, Timeout)
    end.

-spec names() -> {ok, [{string(), inet:port_number()}]} | {error, term()}.
names() ->
    epmesh_epmd:names().

-spec names(term()) -> {ok, [{string(), inet:port_number()}]} | {error, term()}.
names(Host) ->
    epmesh_epmd:names(Host).
