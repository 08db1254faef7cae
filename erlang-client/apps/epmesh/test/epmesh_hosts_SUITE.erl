%% Three hosts whose names no resolver knows, and whose EPMD ports are on loopback only. Each is a
%% network namespace; the bridge between them is in one of its own. The first host has a container,
%% another namespace behind it, that has no peer of its own.
-module(epmesh_hosts_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

-define(EPMD_PORT, 4369).
-define(GOSSIP_PORT, 4370).

all() ->
    [
        nodes_meetByFullName,
        addNode_onOneHost_isEnoughForAll,
        container_registersWithThePeerOfItsHost,
        container_thatMayNotRegister_isToldWhy,
        operatorToken_staysOnItsHost
    ].

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
    ok = add_container(Prefix),
    Peers = maps:from_list([{N, peer(Prefix, Dir, N)} || N <- [1, 2, 3]]),
    Suite ! {self(), up},
    serve(Peers, Prefix, Dir).

serve(Peers, Prefix, Dir) ->
    receive
        {restart, N, From} ->
            epmesh_world:kill(maps:get(N, Peers)),
            From ! {self(), killed},
            Again = peer(Prefix, Dir, N),
            serve(Peers#{N := Again}, Prefix, Dir);
        stop ->
            ok
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

%% As a container engine does it: the host routes to a network of its own.
add_container(Prefix) ->
    ok = run("ip netns add ~s4", [Prefix]),
    ok = inside(Prefix, "1", "ip link add br1 type veth peer name eth0 netns ~s4", [Prefix]),
    ok = inside(Prefix, "1", "ip addr add ~s/24 dev br1", [gateway()]),
    ok = inside(Prefix, "1", "ip link set br1 up", []),
    ok = inside(Prefix, "1", "sysctl -qw net.ipv4.ip_forward=1", []),
    ok = inside(Prefix, "4", "ip link set lo up", []),
    ok = inside(Prefix, "4", "ip addr add ~s/24 dev eth0", [address(4)]),
    ok = inside(Prefix, "4", "ip link set eth0 up", []),
    ok = inside(Prefix, "4", "ip route add default via ~s", [gateway()]),
    Route = "ip route add 10.213.80.0/24 via ~s",
    _ = [ok = inside(Prefix, Host, Route, [address(1)]) || Host <- ["2", "3"]],
    ok.

peer(Prefix, Dir, N) ->
    Gossip = [io_lib:format("~s:~b", [address(Other), ?GOSSIP_PORT]) || Other <- [1, 2, 3]],
    epmesh_world:peer(filename:join(Dir, integer_to_list(N)), ?EPMD_PORT, [
        "--gossip-port", integer_to_list(?GOSSIP_PORT),
        "--gossip-address", address(N),
        "--epmd-address", epmd_address(N),
        "--register-allow", register_allow(N),
        "--insecure-gossip", "true",
        "--join", lists:flatten(lists:join(",", Gossip)),
        "--host-name", host(N)
    ], ["ip", "netns", "exec", Prefix ++ integer_to_list(N)]).

%% The container reaches its host's epmd; nobody else reaches any.
epmd_address(1) -> gateway();
epmd_address(_) -> "127.0.0.1".

register_allow(1) -> "10.213.80.2/32";
register_allow(_) -> "local".

end_per_suite(Config) ->
    Mon = monitor(process, ?config(keeper, Config)),
    ?config(keeper, Config) ! stop,
    receive
        {'DOWN', Mon, _, _, _} -> ok
    end,
    Prefix = ?config(prefix, Config),
    _ = [run("ip netns del ~s~s", [Prefix, Host]) || Host <- ["1", "2", "3", "4", "bridge"]],
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

container_registersWithThePeerOfItsHost(Config) ->
    ByHost = [{"EPMESH_PEER", gateway()}],
    C = node(Config, 4, c, epmesh_world:flags(), ?EPMD_PORT, ByHost),
    B = node(Config, 2, b),
    ?assertMatch(
        #{link := up, asks := {{10, 213, 80, 1}, 4369}, registration := #{registered := mesh}},
        epmesh_world:call(C, {epmesh, info, []})
    ),
    [until_known(Node, 2) || Node <- [B, C]],
    Found = {ok, {10, 213, 80, 2}, listens(C), 6},
    ?assertEqual(
        Found, epmesh_world:call(B, {epmesh_epmd, address_please, ["c", host(4), inet]})
    ),
    ?assertEqual(pong, ping(B, 4, "c")),
    ?assertEqual(pong, ping(C, 2, "b")),
    ?assertMatch({ok, [{"c", _}]}, epmesh_world:call(B, {net_adm, names, [host(4)]})),
    %% Writes stay the host's.
    ?assertMatch(
        {error, {not_allowed, <<"not allowed from another host", _/binary>>}},
        epmesh_world:call(C, {epmesh, add_node, ["d@" ++ host(4), 8002]})
    ),
    restart_peer(Config, 1),
    epmesh_world:until(fun() ->
        case epmesh_world:call(B, {epmesh, lookup, ["c@" ++ host(4)]}) of
            {ok, #{source := live, state := up}} -> registered(C) =:= mesh;
            Other -> Other
        end
    end),
    ?assertEqual(Found, epmesh_world:call(B, {epmesh_epmd, address_please, ["c", host(4), inet]})),
    ?assertEqual([], epmesh_world:crashes(B) ++ epmesh_world:crashes(C)),
    epmesh_world:stop(C),
    until_known(B, 1).

%% It starts all the same, and is registered once it may be.
container_thatMayNotRegister_isToldWhy(Config) ->
    %% Another address of the container, which register-allow does not have.
    Prefix = ?config(prefix, Config),
    ok = inside(Prefix, "4", "ip addr add 10.213.80.3/24 dev eth0", []),
    ok = inside(Prefix, "4", "ip route add 10.213.80.1/32 dev eth0 src 10.213.80.3", []),
    Peer = [{"EPMESH_PEER", gateway() ++ ":" ++ integer_to_list(?EPMD_PORT)}],
    C = node(Config, 4, c, epmesh_world:flags(), ?EPMD_PORT, Peer),
    ?assertMatch(
        {no, {not_allowed, <<"not allowed from another host", _/binary>>}}, registered(C)
    ),
    ?assertMatch(#{link := up}, epmesh_world:call(C, {epmesh, info, []})),
    ok = inside(Prefix, "4", "ip route del 10.213.80.1/32", []),
    ok = epmesh_world:call(C, {epmesh_session, reconnect, []}),
    epmesh_world:until(fun() -> registered(C) =:= mesh end),
    ?assertEqual([], epmesh_world:crashes(C)).

operatorToken_staysOnItsHost(Config) ->
    File = filename:join(?config(dir, Config), "operator"),
    ok = file:write_file(File, "0123456789abcdef\n"),
    Stock = ["-start_epmd", "false", "-pa", epmesh_world:tests()],
    Elsewhere = node(Config, 1, thief, Stock, ?EPMD_PORT, []),
    Token = [{"EPMESH_OPERATOR_FILE", File}],
    Add = {epmesh, add_node, ["d@" ++ host(4), 8002]},
    Hears = fun(Server, Host) ->
        {Pid, Port} = epmesh_world:call(Server, {epmesh_eavesdropper, start, []}),
        A = node(Config, 2, a, Stock ++ ["-pa", epmesh_world:ebin()], ?EPMD_PORT, [
            {"EPMESH_PEER", Host ++ ":" ++ integer_to_list(Port)} | Token
        ]),
        {error, _} = epmesh_world:call(A, Add),
        epmesh_world:stop(A),
        epmesh_world:call(Server, {epmesh_eavesdropper, heard, [Pid]})
    end,
    ?assertEqual(<<77, 1:16, 1:16, 0:16, 0:16, 0:32>>, Hears(Elsewhere, address(1))),
    Here = node(Config, 2, here, Stock, ?EPMD_PORT, []),
    WithToken = <<77, 1:16, 1:16, 0:16, 16:16, "0123456789abcdef", 0:32>>,
    ?assertEqual(WithToken, Hears(Here, "127.0.0.1")),
    ?assertEqual(WithToken, Hears(Here, address(2))).

restart_peer(Config, N) ->
    Keeper = ?config(keeper, Config),
    Keeper ! {restart, N, self()},
    receive
        {Keeper, killed} -> ok
    end.

listens(Node) ->
    #{registration := #{listens := Port}} = epmesh_world:call(Node, {epmesh, info, []}),
    Port.

registered(Node) ->
    #{registration := #{registered := How}} = epmesh_world:call(Node, {epmesh, info, []}),
    How.

node(Config, N, Name) ->
    node(Config, N, Name, epmesh_world:flags(), ?EPMD_PORT).

node(Config, N, Name, Flags, Port) ->
    node(Config, N, Name, Flags, Port, []).

node(Config, N, Name, Flags, Port, Env) ->
    Namespace = ?config(prefix, Config) ++ integer_to_list(N),
    epmesh_world:node(?config(dir, Config), Name, #{
        env => Env,
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

%% Of the host in the network of its container.
gateway() -> "10.213.80.1".

address(4) -> "10.213.80.2";
address(N) -> "10.213.79." ++ integer_to_list(N).

inside(Prefix, Host, Format, Args) ->
    run("ip netns exec ~s~s " ++ Format, [Prefix, Host | Args]).

run(Format, Args) ->
    case os:cmd(lists:flatten(io_lib:format(Format, Args)) ++ " 2>&1") of
        "" -> ok;
        Said -> {error, Said}
    end.
