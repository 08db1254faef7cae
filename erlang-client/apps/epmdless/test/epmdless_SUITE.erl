%% The documented uses of epmdless, with a peer behind them.
-module(epmdless_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

all() ->
    [
        variablePorts_addNodeOnOneNode_makesAFullMesh,
        setNodes_replacesAllMappings,
        remoteShell_takesThePortFromTheEnvironment,
        staticPort_isThatOfEveryNode,
        protoDist_takesItsPort,
        protoDist_takesItsTransport,
        withoutPeer_addNodeSaysSo
    ].

init_per_testcase(Case, Config) ->
    ct:timetrap({seconds, 90}),
    Dir = filename:join(?config(priv_dir, Config), Case),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    [{dir, Dir} | Config].

end_per_testcase(_Case, _Config) ->
    epmesh_world:stop_all().

%% The README's nodes a, b and c, each on a port of its own.
variablePorts_addNodeOnOneNode_makesAFullMesh(Config) ->
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(?config(dir, Config), Port),
    BPort = epmesh_world:free_port(),
    %% b knows of no peer: only the mapping leads to it.
    Nobody = epmesh_world:free_port(),
    B = start(Config, Nobody, b, epmdless_client, [{"ERL_DIST_PORT", str(BPort)}]),
    APort = epmesh_world:free_port(),
    A = start(Config, Port, a, epmdless_client, [{"ERL_DIST_PORT", str(APort)}]),
    C = start(Config, Port, c, epmdless_client, []),
    ?assertEqual([{dist_port, APort}], epmesh_world:call(A, {epmdless_client, get_info, []})),
    ?assertEqual(
        {port, APort, 6}, epmesh_world:call(C, {epmdless_client, port_please, ["a", "localhost"]})
    ),
    ?assertEqual(pang, ping(C, 'b@localhost')),

    ?assertEqual(ok, epmesh_world:call(A, {epmdless_client, add_node, ['b@localhost', BPort]})),
    Listed = [{{"b", {127, 0, 0, 1}}, {"localhost", BPort}}],
    ?assertEqual(Listed, epmesh_world:call(A, {epmdless_client, list_nodes, []})),
    ?assertEqual(Listed, epmesh_world:call(C, {epmdless_dist, list_nodes, []})),
    epmesh_world:until(fun() -> ping(C, 'b@localhost') =:= pong end),
    %% b itself finds nobody, so the others must connect.
    ?assertEqual(pong, ping(A, 'b@localhost')),
    ?assertEqual(pong, ping(C, 'a@localhost')),
    epmesh_world:until(fun() -> nodes_of(A) =:= ['b@localhost', 'c@localhost'] end),

    ?assertEqual(ok, epmesh_world:call(C, {epmdless_client, remove_node, ['b@localhost']})),
    ?assertEqual(ok, epmesh_world:call(C, {epmdless_client, remove_node, ['b@localhost']})),
    ?assertEqual([], epmesh_world:call(A, {epmdless_client, list_nodes, []})),
    ?assertEqual(
        {error, {bad_name, b}}, epmesh_world:call(A, {epmdless_client, add_node, [b, 8002]})
    ),
    ?assertEqual(
        {error, nxdomain},
        epmesh_world:call(A, {epmdless_client, add_node, ['b@no.such.host.invalid', 8002]})
    ),
    ?assertEqual([], lists:flatmap(fun epmesh_world:crashes/1, [A, B, C])).

setNodes_replacesAllMappings(Config) ->
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(?config(dir, Config), Port),
    A = start(Config, Port, a, epmdless_client, []),
    Do = fun(F, Args) -> epmesh_world:call(A, {epmdless_dist, F, Args}) end,
    Address = {127, 0, 0, 1},
    ?assertEqual(ok, Do(add_node, ['x@localhost', 8001])),
    ?assertEqual(ok, Do(add_node, ['y@elsewhere', "localhost", 8002])),
    AddZ = {epmdless_client, add_node, ["z", "there", Address, 8003]},
    ?assertEqual(ok, epmesh_world:call(A, AddZ)),
    ?assertEqual(
        [
            {{"x", Address}, {"localhost", 8001}},
            {{"y", Address}, {"elsewhere", 8002}},
            {{"z", Address}, {"there", 8003}}
        ],
        lists:sort(Do(list_nodes, []))
    ),
    ?assertEqual(ok, Do(set_nodes, [[{'x@localhost', 9001}, {'w@localhost', 9002}]])),
    ?assertEqual(
        [{{"w", Address}, {"localhost", 9002}}, {{"x", Address}, {"localhost", 9001}}],
        lists:sort(Do(list_nodes, []))
    ),
    ?assertEqual({error, {bad_port, 0}}, Do(set_nodes, [[{'x@localhost', 0}]])),
    ?assertEqual(ok, Do(set_nodes, [[]])),
    ?assertEqual([], Do(list_nodes, [])).

remoteShell_takesThePortFromTheEnvironment(Config) ->
    APort = epmesh_world:free_port(),
    Nobody = epmesh_world:free_port(),
    _ = start(Config, Nobody, a, epmdless_client, [{"ERL_DIST_PORT", str(APort)}]),
    Ask = fun(Variable, Port, Flags) ->
        epmesh_world:erl(
            Nobody,
            flags(epmdless_client) ++ ["-sname", "shell@localhost"] ++ Flags ++
                ["-eval", "io:format(\"~p\", [net_adm:ping('a@localhost')]), halt()."],
            [{Variable, str(Port)}]
        )
    end,
    Deaf = ["-dist_listen", "false"],
    ?assertEqual({0, <<"pong">>}, Ask("ERL_DIST_PORT", APort, Deaf)),
    ?assertEqual({0, <<"pong">>}, Ask("EPMDLESS_REMSH_PORT", APort, Deaf)),
    ?assertEqual({0, <<"pong">>}, Ask("EPMDLESS_REMSH_PORT", APort, [])),
    ?assertEqual({0, <<"pang">>}, Ask("ERL_DIST_PORT", epmesh_world:free_port(), Deaf)),
    %% To a node that listens the port is its own.
    ?assertEqual({0, <<"pang">>}, Ask("ERL_DIST_PORT", epmesh_world:free_port(), [])).

staticPort_isThatOfEveryNode(Config) ->
    Port = str(epmesh_world:free_port()),
    Nobody = epmesh_world:free_port(),
    One = fun(Name, Host) ->
        epmesh_world:node(?config(dir, Config), Name, #{
            port => Nobody,
            host => Host,
            longnames => true,
            flags => flags(epmdless_static),
            args => [
                "-erl_epmd_port", Port, "-kernel", "inet_dist_use_interface", address(Host)
            ]
        })
    end,
    A = One(test, "127.0.0.2"),
    B = One(test, "127.0.0.3"),
    C = One(test, "127.0.0.4"),
    ?assertEqual(pong, ping(A, 'test@127.0.0.3')),
    ?assertEqual(pong, ping(A, 'test@127.0.0.4')),
    epmesh_world:until(fun() -> nodes_of(B) =:= ['test@127.0.0.2', 'test@127.0.0.4'] end),
    epmesh_world:until(fun() -> nodes_of(C) =:= ['test@127.0.0.2', 'test@127.0.0.3'] end).

protoDist_takesItsPort(Config) ->
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(?config(dir, Config), Port),
    Given = [epmesh_world:free_port() || _ <- [a, b, c]],
    [ByVariable, BySetting, ByBoth] = Given,
    Env = fun(P) -> [{"EPMDLESS_DIST_PORT", str(P)}] end,
    Setting = fun(P) -> ["-epmdless", "listen_port", str(P)] end,
    A = start(Config, Port, a, epmdless_client, Env(ByVariable), proto()),
    B = start(Config, Port, b, epmdless_client, [], proto() ++ Setting(BySetting)),
    C = start(Config, Port, c, epmesh_epmd, Env(ByBoth), proto() ++ Setting(BySetting)),
    [
        epmesh_world:until(fun() ->
            Ask = {epmdless_client, port_please, [Name, "localhost"]},
            case epmesh_world:call(A, Ask) of
                {port, Listens, 6} -> true;
                Other -> Other
            end
        end)
     || {Name, Listens} <- lists:zip(["a", "b", "c"], Given)
    ],
    ?assertEqual(pong, ping(A, 'b@localhost')),
    ?assertEqual(pong, ping(C, 'a@localhost')),
    epmesh_world:until(fun() -> nodes_of(B) =:= ['a@localhost', 'c@localhost'] end).

protoDist_takesItsTransport(Config) ->
    Dir = ?config(dir, Config),
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(Dir, Port),
    Tls = proto() ++ ["-epmdless", "transport", "tls" | epmesh_world:tls(Dir)],
    A = start(Config, Port, a, epmdless_client, [], Tls),
    _ = start(Config, Port, b, epmdless_client, [], Tls),
    Plain = start(Config, Port, c, epmdless_client, [], proto()),
    ?assertEqual(pong, ping(A, 'b@localhost')),
    ?assertEqual(pang, ping(Plain, 'b@localhost')).

proto() ->
    ["-proto_dist", "epmdless_proto"].

withoutPeer_addNodeSaysSo(Config) ->
    A = start(Config, epmesh_world:free_port(), a, epmdless_client, []),
    ?assertEqual(
        {error, no_peer}, epmesh_world:call(A, {epmdless_client, add_node, ['b@localhost', 8002]})
    ),
    ?assertEqual({error, no_peer}, epmesh_world:call(A, {epmdless_client, list_nodes, []})),
    ?assertEqual({error, no_peer}, epmesh_world:call(A, {epmdless_dist, set_nodes, [[]]})).

address(Host) ->
    {ok, Address} = inet:parse_address(Host),
    lists:flatten(io_lib:format("~w", [Address])).

start(Config, Port, Name, Module, Env) ->
    start(Config, Port, Name, Module, Env, []).

start(Config, Port, Name, Module, Env, Args) ->
    Options = #{port => Port, flags => flags(Module), env => Env, args => Args},
    epmesh_world:node(?config(dir, Config), Name, Options).

flags(Module) ->
    [
        "-start_epmd", "false",
        "-epmd_module", atom_to_list(Module),
        "-setcookie", "epmesh",
        "-pa", epmesh_world:ebin(), filename:join(code:lib_dir(epmdless), "ebin")
    ].

str(Port) ->
    integer_to_list(Port).

ping(Node, Other) ->
    epmesh_world:call(Node, {net_adm, ping, [Other]}).

nodes_of(Node) ->
    lists:sort(epmesh_world:call(Node, {erlang, nodes, []})).
