%% Finds the peer and connects to it, in a process of its own: neither a resolver nor a full
%% accept queue holds up who asked. The result is the reason with which the process ends.
-module(epmesh_connector).

-export([start/1, peer/0, parse/2]).

-export_type([peer/0, result/0]).

-define(CONNECT_MS, 1000).

%% Names or addresses to try one after the other.
-type peer() :: {[inet:ip_address() | inet:hostname()], inet:port_number()}.
-type result() :: {connected, gen_tcp:socket()} | {unreachable, term()}.

%% Connects to the peer. The caller gets {'DOWN', Monitor, process, _, result()}, and the socket.
-spec start(inet | inet6) -> {pid(), Monitor :: reference()}.
start(Family) ->
    Owner = self(),
    spawn_monitor(fun() -> exit(connect(Owner, Family)) end).

connect(Owner, Family) ->
    case peer() of
        {ok, {Hosts, Port}} ->
            case try_hosts(preferred(Family, Hosts), Port, no_address) of
                {ok, Socket} -> hand_over(Socket, Owner);
                {error, Reason} -> {unreachable, Reason}
            end;
        {error, Reason} ->
            {unreachable, Reason}
    end.

hand_over(Socket, Owner) ->
    case gen_tcp:controlling_process(Socket, Owner) of
        ok -> {connected, Socket};
        {error, Reason} -> {unreachable, Reason}
    end.

%% erl_epmd registers nodes of inet6 at ::1, and so does the C epmd know them.
preferred(inet, Hosts) -> Hosts;
preferred(inet6, Hosts) -> lists:reverse(Hosts).

try_hosts([], _Port, Reason) ->
    {error, Reason};
try_hosts([Host | Others], Port, _) ->
    Options = [binary, {active, false}, {nodelay, true}, {send_timeout, ?CONNECT_MS}],
    case gen_tcp:connect(Host, Port, family(Host) ++ Options, ?CONNECT_MS) of
        {ok, Socket} -> {ok, Socket};
        {error, Reason} -> try_hosts(Others, Port, Reason)
    end.

family(Host) when tuple_size(Host) =:= 8 -> [inet6];
family(_) -> [].

%% Where the peer is: EPMESH_PEER, else this host at epmd's port.
-spec peer() -> {ok, peer()} | {error, {bad_peer, string()}}.
peer() ->
    case os:getenv("EPMESH_PEER") of
        Unset when Unset =:= false; Unset =:= "" ->
            {ok, {[{127, 0, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 1}], epmd_port()}};
        Text ->
            parse(Text, epmd_port())
    end.

%% Reads HOST, HOST:PORT or [ADDRESS]:PORT.
-spec parse(string(), inet:port_number()) -> {ok, peer()} | {error, {bad_peer, string()}}.
parse(Text, DefaultPort) ->
    Pattern = "^(?:\\[([0-9A-Fa-f:.]+)\\]|([^\\s:\\[\\]]+))(?::([0-9]{1,5}))?$",
    case re:run(Text, Pattern, [{capture, all_but_first, list}]) of
        {match, [V6, Name]} -> peer(Text, V6 ++ Name, DefaultPort);
        {match, [V6]} -> peer(Text, V6, DefaultPort);
        {match, [V6, Name, Port]} -> peer(Text, V6 ++ Name, list_to_integer(Port));
        nomatch -> {error, {bad_peer, Text}}
    end.

peer(_Text, Host, Port) when Port >= 1, Port =< 65535 ->
    case inet:parse_strict_address(Host) of
        {ok, Address} -> {ok, {[Address], Port}};
        {error, einval} -> {ok, {[Host], Port}}
    end;
peer(Text, _Host, _Port) ->
    {error, {bad_peer, Text}}.

%% erl makes -epmd_port of ERL_EPMD_PORT.
epmd_port() ->
    case init:get_argument(epmd_port) of
        {ok, [[Text | _] | _]} ->
            try list_to_integer(Text) of
                Port when Port >= 1, Port =< 65535 -> Port;
                _ -> 4369
            catch
                error:badarg -> 4369
            end;
        _ ->
            4369
    end.
