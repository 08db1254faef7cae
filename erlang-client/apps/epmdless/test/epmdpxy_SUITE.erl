%% What epmdpxy is for: islands of unmodified nodes on one host, cut and fixed by their names.
-module(epmdpxy_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

all() ->
    [
        twoIslands_seeExactlyThemselves_untilTheyAreFixed,
        cutBeforeAnyConnection_keepsThemApart,
        oneWay_endsTheConnection_andLetsNoneBegin,
        orders_thatMakeNoSense_areRefused
    ].

init_per_testcase(Case, Config) ->
    ct:timetrap({seconds, 150}),
    Dir = filename:join(?config(priv_dir, Config), Case),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    Port = epmesh_world:free_port(),
    Flags = ["--gossip-port", "0", "--relay", "all", "--relay-port", "0"],
    _ = epmesh_world:peer(Dir, Port, Flags, []),
    [{dir, Dir}, {port, Port} | Config].

end_per_testcase(_Case, _Config) ->
    epmesh_world:stop_all().

twoIslands_seeExactlyThemselves_untilTheyAreFixed(Config) ->
    Nodes = [N1, N2, N3, N4, N5] = [stock(Config, N) || N <- [node1, node2, node3, node4, node5]],
    Operator = operator(Config),
    [?assertEqual(pong, ping(N1, full(N))) || N <- [N2, N3, N4, N5]],
    epmesh_world:until(fun() -> meshed(Nodes) end),
    Cables = order(Operator, status, []),
    ?assertEqual(10, length(Cables)),
    [?assertMatch({_, _, {open, open}}, Cable) || Cable <- Cables],

    Islands = [[node1, node2], [node3, node4, node5]],
    ?assertEqual(ok, order(Operator, cut_cables, Islands)),
    epmesh_world:until(
        fun() -> apart([[N1, N2], [N3, N4, N5]]) end, 60000
    ),
    ?assertEqual(pang, ping(N1, full(N3))),
    ?assertEqual(pang, ping(N5, full(N2))),
    ?assertEqual(pong, ping(N4, full(N5))),
    ?assertEqual(true, apart([[N1, N2], [N3, N4, N5]])),

    ?assertEqual(ok, order(Operator, fix_cables, Islands)),
    epmesh_world:until(fun() -> ping(N1, full(N3)) =:= pong end),
    epmesh_world:until(fun() -> meshed(Nodes) end, 60000),
    ?assertEqual([], lists:flatmap(fun epmesh_world:crashes/1, Nodes)).

cutBeforeAnyConnection_keepsThemApart(Config) ->
    Nodes = [N1, N2] = [stock(Config, N) || N <- [node1, node2]],
    Operator = operator(Config),
    ?assertMatch(
        {ok, [{no_cable, <<"node1@localhost">>, <<"node2@localhost">>}]},
        epmesh_world:call(
            Operator, {epmesh, cut_cables, [['node1@localhost'], ['node2@localhost']]}
        )
    ),
    ?assertEqual(pang, ping(N1, full(N2))),
    ?assertEqual(ok, order(Operator, fix_cables, [[node1], [node2]])),
    epmesh_world:until(fun() -> ping(N1, full(N2)) =:= pong end),
    ?assertEqual(true, meshed(Nodes)).

%% The receiver hears nothing and ticks out; its close reaches the sender, whose way is stalled
%% alone. None can begin: a handshake needs both ways.
oneWay_endsTheConnection_andLetsNoneBegin(Config) ->
    Nodes = [N1, N2] = [stock(Config, N) || N <- [node1, node2]],
    Operator = operator(Config),
    ?assertEqual(pong, ping(N1, full(N2))),
    ?assertEqual(
        {ok, []},
        epmesh_world:call(
            Operator,
            {epmesh, cut_cables, ['node1@localhost', 'node2@localhost', #{one_way => true}]}
        )
    ),
    epmesh_world:until(fun() -> apart([[N1], [N2]]) end, 60000),
    ?assertEqual(pang, ping(N1, full(N2))),
    ?assertEqual(pang, ping(N2, full(N1))),
    ?assertEqual(ok, epmesh_world:call(Operator, {epmesh, fix_cables, []})),
    epmesh_world:until(fun() -> ping(N2, full(N1)) =:= pong end),
    ?assertEqual(true, meshed(Nodes)).

orders_thatMakeNoSense_areRefused(Config) ->
    _ = stock(Config, node1),
    Operator = operator(Config),
    ?assertMatch(
        {error, {bad_argument, <<"islands overlap", _/binary>>}},
        order(Operator, cut_cables, [[node1], [node1]])
    ),
    ?assertMatch(
        {error, {refused, <<"node node9@localhost is not known", _/binary>>}},
        order(Operator, cut_cables, [[node1], [node9]])
    ),
    Rows = epmesh_world:call(Operator, {epmesh, cables, []}),
    ?assertEqual([], [Row || {cut, _} = Row <- Rows]).

%% A node as it comes, and a tick of two seconds.
stock(Config, Name) ->
    epmesh_world:node(?config(dir, Config), Name, #{
        port => ?config(port, Config),
        flags => ["-start_epmd", "false", "-setcookie", "epmesh"],
        args =>
            ["-kernel", "net_ticktime", "4", "-kernel", "net_setuptime", "3"] ++
                ["-kernel", "prevent_overlapping_partitions", "false"]
    }).

operator(Config) ->
    Node = epmesh_world:node(?config(dir, Config), operator, #{
        port => ?config(port, Config),
        args => ["-pa", filename:join(code:lib_dir(epmdless), "ebin")]
    }),
    epmesh_world:until(fun() ->
        maps:get(link, epmesh_world:call(Node, {epmesh, info, []})) =:= up
    end),
    Node.

order(Operator, Function, Args) ->
    epmesh_world:call(Operator, {epmdpxy, Function, Args}).

full(#{node := Full}) -> Full.

ping(Node, Other) ->
    epmesh_world:call(Node, {net_adm, ping, [Other]}).

apart(Islands) ->
    case [Seen || Island <- Islands, (Seen = meshed(Island)) =/= true] of
        [] -> true;
        Wrong -> Wrong
    end.

%% Whether each sees all others, and nobody else.
meshed(Nodes) ->
    Names = lists:sort([full(Node) || Node <- Nodes]),
    Seen = [
        lists:sort([full(Node) | epmesh_world:call(Node, {erlang, nodes, []})])
     || Node <- Nodes
    ],
    case lists:all(fun(See) -> See =:= Names end, Seen) of
        true -> true;
        false -> {seen, Seen}
    end.
