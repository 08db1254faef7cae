%% Three hosts whose names no resolver knows, and whose EPMD ports are on loopback only. Each is a
%% network namespace; the bridge between them is in one of its own.
-module(epmesh_hosts_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

-define(EPMD_PORT, 4369).
-define(GOSSIP_PORT, 4370).

all() ->
    [nodes_meetByFullName, addNode_onOneHost_isEnoughForAll].

suite() ->
    [{timetrap, {minutes, 4}}].

init_per_suite(Config) ->
    case {os:cmd("id -u"), os:find_executable("ip")} of
        {"0\n", Ip} when is_list(Ip) -> start(Config);
        _ -> {skip, "needs root and ip (Debian: apt-get install iproute2) for network namespaces"}
    end.

start(Config) ->
    Prefix = "epmesherl" ++ os:getpid() ++ "-",
    Dir = ?config(priv_dir, Config),
    Self = self(),
    Keeper = spawn(fun() -> keep(Self, Prefix, Dir) end),
    receive
        {Keeper, up} -> [{keeper, Keeper}, {prefix, Prefix} | Config]
    after 180000 -> ct:fail(hosts_are_not_up)
    end.

%% Owns the peers, which end with it.
keep(Suite, Prefix, Dir) ->
    ok = run("ip netns add ~sbridge", [Prefix]),
    ok = inside(Prefix, "bridge", "ip link add br0 type bridge", []),
    ok = inside(Prefix, "bridge", "ip link set br0 up", []),
    lists:foreach(fun(N) -> add_host(Prefix, N) end, [1, 2, 3]),
    _ = [peer(Prefix, Dir, N) || N <- [1, 2, 3]],
    Suite ! {self(), up},
    receive
        stop -> ok
    end.

add_host(Prefix, N) ->
    ok = run("ip netns add ~s~b", [Prefix, N]),
    Cable = "ip link add v~b type veth peer name eth0 netns ~s~b",
    ok = inside(Prefix, "bridge", Cable, [N, Prefix, N]),
    ok = inside(Prefix, "bridge", "ip link set v~b master br0 up", [N]),
    Host = integer_to_list(N),
    ok = inside(Prefix, Host, "ip link set lo up", []),
    ok = inside(Prefix, Host, "ip addr add ~s/24 dev eth0", [address(N)]),
    ok = inside(Prefix, Host, "ip link set eth0 up", []).

peer(Prefix, Dir, N) ->
    Gossip = [io_lib:format("~s:~b", [address(Other), ?GOSSIP_PORT]) || Other <- [1, 2, 3]],
    epmesh_world:peer(filename:join(Dir, integer_to_list(N)), ?EPMD_PORT, [
        "--gossip-port", integer_to_list(?GOSSIP_PORT),
        "--gossip-address", address(N),
        "--epmd-address", "127.0.0.1",
        "--insecure-gossip", "true",
        "--join", lists:flatten(lists:join(",", Gossip)),
        "--host-name", host(N)
    ], ["ip", "netns", "exec", Prefix ++ integer_to_list(N)]).

end_per_suite(Config) ->
    Mon = monitor(process, ?config(keeper, Config)),
    ?config(keeper, Config) ! stop,
    receive
        {'DOWN', Mon, _, _, _} -> ok
    end,
    Prefix = ?config(prefix, Config),
    _ = [run("ip netns del ~s~s", [Prefix, Host]) || Host <- ["1", "2", "3", "bridge"]],
    ok.

init_per_testcase(Case, Config) ->
    Dir = filename:join(?config(priv_dir, Config), Case),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    [{dir, Dir} | Config].

end_per_testcase(_Case, _Config) ->
    epmesh_world:stop_all().

nodes_meetByFullName(Config) ->
    ?assertMatch({error, nxdomain}, inet:getaddr(host(1), inet)),
    A = node(Config, 1, a),
    B = node(Config, 2, b),
    C = node(Config, 3, c),
    [until_known(Node, 3) || Node <- [A, B, C]],
    ?assertEqual(pong, ping(A, 2, "b")),
    ?assertEqual(pong, ping(C, 1, "a")),
    epmesh_world:until(fun() -> length(epmesh_world:call(C, {erlang, nodes, []})) =:= 2 end),
    ?assertMatch({ok, [{"b", _}]}, epmesh_world:call(A, {net_adm, names, [host(2)]})),
    %% Ended nodes leave the tables of all.
    epmesh_world:stop(B),
    until_known(A, 2),
    until_known(C, 2),
    ?assertEqual([], epmesh_world:crashes(A) ++ epmesh_world:crashes(C)).

addNode_onOneHost_isEnoughForAll(Config) ->
    %% b asks an epmd that is not there, and listens where nobody else knows.
    Stock = ["-start_epmd", "false", "-setcookie", "epmesh", "-erl_epmd_port", "8002"],
    B = node(Config, 2, b, Stock, 1),
    A = node(Config, 1, a),
    C = node(Config, 3, c),
    [until_known(Node, 2) || Node <- [A, C]],
    ?assertEqual(pang, ping(C, 2, "b")),
    Name = "b@" ++ host(2),
    ?assertEqual(ok, epmesh_world:call(A, {epmesh, add_node, [Name, 8002]})),
    epmesh_world:until(fun() -> ping(C, 2, "b") =:= pong end),
    ?assertEqual(pong, ping(A, 2, "b")),
    ?assertEqual(pong, ping(C, 1, "a")),
    Full = [list_to_atom(N ++ "@" ++ host(H)) || {N, H} <- [{"a", 1}, {"c", 3}]],
    epmesh_world:until(fun() -> lists:sort(epmesh_world:call(B, {erlang, nodes, []})) =:= Full end),
    ?assertEqual(ok, epmesh_world:call(C, {epmesh, remove_node, [Name]})),
    epmesh_world:until(fun() ->
        epmesh_world:call(A, {epmesh, lookup, [Name]}) =:= {error, not_found}
    end).

node(Config, N, Name) ->
    node(Config, N, Name, epmesh_world:flags(), ?EPMD_PORT).

node(Config, N, Name, Flags, Port) ->
    Namespace = ?config(prefix, Config) ++ integer_to_list(N),
    epmesh_world:node(?config(dir, Config), Name, #{
        port => Port,
        host => host(N),
        flags => Flags,
        exec => {os:find_executable("ip"), ["netns", "exec", Namespace, "erl"]}
    }).

ping(Node, N, Name) ->
    epmesh_world:call(Node, {net_adm, ping, [list_to_atom(Name ++ "@" ++ host(N))]}).

until_known(Node, Names) ->
    epmesh_world:until(fun() ->
        case epmesh_world:call(Node, {epmesh, info, []}) of
            #{names := Names} -> true;
            Other -> Other
        end
    end).

host(N) -> "nowhere" ++ integer_to_list(N).

address(N) -> "10.213.79." ++ integer_to_list(N).

inside(Prefix, Host, Format, Args) ->
    run("ip netns exec ~s~s " ++ Format, [Prefix, Host | Args]).

run(Format, Args) ->
    case os:cmd(lists:flatten(io_lib:format(Format, Args)) ++ " 2>&1") of
        "" -> ok;
        Said -> {error, Said}
    end.
