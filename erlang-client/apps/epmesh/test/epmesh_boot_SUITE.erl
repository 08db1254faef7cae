%% How a node starts, whatever is at the peer's port, and goes on from there.
-module(epmesh_boot_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

%% erl itself waits 10 s for an epmd that does not answer, and then gives up.
-define(IN_TIME_MS, 5000).

all() ->
    [
        nothing_listens_nodeStarts,
        nothing_listens_nodeRegistersWhenEpmdComes,
        epmd_listens_nodeIsRegistered,
        epmd_listens_lookupsAreAsErlEpmds,
        epmd_hasTheName_nodeFails,
        epmd_hasTheName_nodeWithPortOfItsOwnStarts,
        epmd_restarts_nodeRegistersAgain,
        server_hangs_nodeStarts,
        server_talksGarbage_nodeStarts,
        server_closesAtOnce_nodeStarts,
        peerVariable_isMalformed_nodeStarts,
        boot_isSilent,
        stop_ofDistribution_isCleanAndMayStartAgain
    ].

init_per_testcase(Case, Config) ->
    ct:timetrap({seconds, 90}),
    Dir = filename:join(?config(priv_dir, Config), Case),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    [{dir, Dir} | Config].

end_per_testcase(_Case, _Config) ->
    epmesh_world:stop_all().

nothing_listens_nodeStarts(Config) ->
    Node = starts_in_time(Config, epmesh_world:free_port()),
    ?assertMatch(
        #{link := {down, {unreachable, econnrefused}}}, epmesh_world:call(Node, {epmesh, info, []})
    ),
    ?assertEqual(
        {error, no_peer}, epmesh_world:call(Node, {epmesh, add_node, ['b@localhost', 8002]})
    ),
    ?assertEqual([], epmesh_world:crashes(Node)).

nothing_listens_nodeRegistersWhenEpmdComes(Config) ->
    Port = epmesh_world:free_port(),
    Node = starts_in_time(Config, Port),
    Epmd = epmesh_world:c_epmd(Port),
    epmesh_world:until(fun() -> registered(Node) =:= epmd end),
    ?assertMatch({ok, [{"a", _}]}, names(Node)),
    epmesh_world:stop_epmd(Epmd).

epmd_listens_nodeIsRegistered(Config) ->
    Port = epmesh_world:free_port(),
    Epmd = epmesh_world:c_epmd(Port),
    Node = starts_in_time(Config, Port),
    ?assertEqual(epmd, registered(Node)),
    {ok, [{"a", Listens}]} = names(Node),
    ?assertEqual(
        {port, Listens, 6}, epmesh_world:call(Node, {epmesh_epmd, port_please, ["a", "localhost"]})
    ),
    ?assertEqual(
        {error, already_registered},
        epmesh_world:call(Node, {epmesh_epmd, register_node, ["a", Listens]})
    ),
    epmesh_world:stop_epmd(Epmd).

epmd_listens_lookupsAreAsErlEpmds(Config) ->
    Port = epmesh_world:free_port(),
    Epmd = epmesh_world:c_epmd(Port),
    A = starts_in_time(Config, Port),
    _ = epmesh_world:node(?config(dir, Config), b, #{
        port => Port, flags => ["-start_epmd", "false", "-setcookie", "epmesh"]
    }),
    Both = fun(Function, Args) ->
        {
            epmesh_world:call(A, {erl_epmd, Function, Args}),
            epmesh_world:call(A, {epmesh_epmd, Function, Args})
        }
    end,
    [
        ?assertMatch({Same, Same}, Both(Function, Args))
     || {Function, Args} <- [
            {port_please, ["b", "localhost"]},
            {port_please, [b, localhost]},
            {port_please, ["b", {127, 0, 0, 1}]},
            {port_please, ["nobody", "localhost"]},
            {port_please, ["b", "no.such.host.invalid"]},
            {port_please, ["b", "localhost", 1000]},
            {address_please, ["b", "localhost", inet]},
            {address_please, ["b", "no.such.host.invalid", inet]},
            {listen_port_please, [a, "localhost"]},
            {names, ["localhost"]},
            {names, []},
            {names, ["no.such.host.invalid"]}
        ]
    ],
    ?assertEqual(pong, epmesh_world:call(A, {net_adm, ping, ['b@localhost']})),
    ?assertEqual(pang, epmesh_world:call(A, {net_adm, ping, ['nobody@localhost']})),
    epmesh_world:stop_epmd(Epmd).

epmd_hasTheName_nodeFails(Config) ->
    Port = epmesh_world:free_port(),
    Epmd = epmesh_world:c_epmd(Port),
    _ = starts_in_time(Config, Port),
    {Status, Said} = epmesh_world:erl(
        Port, epmesh_world:flags() ++ ["-sname", "a@localhost", "-s", "init", "stop"], []
    ),
    ?assertEqual(1, Status),
    ?assertNotEqual(nomatch, binary:match(Said, <<"seems to be in use">>)),
    epmesh_world:stop_epmd(Epmd).

epmd_hasTheName_nodeWithPortOfItsOwnStarts(Config) ->
    Port = epmesh_world:free_port(),
    Epmd = epmesh_world:c_epmd(Port),
    _ = starts_in_time(Config, Port),
    Own = integer_to_list(epmesh_world:free_port()),
    ?assertEqual(
        {0, <<>>},
        epmesh_world:erl(
            Port,
            epmesh_world:flags() ++
                ["-erl_epmd_port", Own, "-sname", "a@localhost", "-s", "init", "stop"],
            []
        )
    ),
    epmesh_world:stop_epmd(Epmd).

epmd_restarts_nodeRegistersAgain(Config) ->
    Port = epmesh_world:free_port(),
    Epmd = epmesh_world:c_epmd(Port),
    Node = starts_in_time(Config, Port),
    epmesh_world:stop_epmd(Epmd),
    epmesh_world:until(fun() -> registered(Node) =/= epmd end),
    Successor = epmesh_world:c_epmd(Port),
    epmesh_world:until(fun() -> registered(Node) =:= epmd end),
    ?assertMatch({ok, [{"a", _}]}, names(Node)),
    ?assertEqual([], epmesh_world:crashes(Node)),
    epmesh_world:stop_epmd(Successor).

%% What a stopped process looks like: the kernel accepts, nobody answers.
server_hangs_nodeStarts(Config) ->
    Port = epmesh_world:listener(fun(Socket) -> {error, _} = gen_tcp:recv(Socket, 1000000) end),
    Node = starts_in_time(Config, Port),
    ?assertEqual(pang, epmesh_world:call(Node, {net_adm, ping, ['b@localhost']})),
    %% While the session waits for its welcome a look-up waits too, but net_kernel does not.
    epmesh_world:until(fun() ->
        #{link := Link} = epmesh_world:call(Node, {epmesh, info, []}),
        Link =:= connecting
    end),
    Kept = epmesh_world:call(Node, {epmesh_lookups, net_kernel_kept, ['c@localhost']}),
    ct:pal("net_kernel was kept for ~b microseconds at most", [Kept]),
    ?assert(Kept < 300000),
    ?assertEqual([], epmesh_world:crashes(Node)).

server_talksGarbage_nodeStarts(Config) ->
    Port = epmesh_world:listener(fun(Socket) ->
        {ok, _} = gen_tcp:recv(Socket, 0),
        gen_tcp:send(Socket, <<"HTTP/1.1 400 Bad Request\r\n\r\n">>)
    end),
    Node = starts_in_time(Config, Port),
    ?assertMatch({no, _}, registered(Node)),
    ?assertEqual([], epmesh_world:crashes(Node)).

server_closesAtOnce_nodeStarts(Config) ->
    Port = epmesh_world:listener(fun gen_tcp:close/1),
    Node = starts_in_time(Config, Port),
    ?assertEqual([], epmesh_world:crashes(Node)).

peerVariable_isMalformed_nodeStarts(Config) ->
    Node = epmesh_world:node(?config(dir, Config), a, #{
        port => epmesh_world:free_port(), env => [{"EPMESH_PEER", "host:port"}]
    }),
    ?assertEqual(
        {error, {bad_peer, "host:port"}},
        epmesh_world:call(Node, {epmesh, add_node, ['b@localhost', 8002]})
    ).

boot_isSilent(_Config) ->
    Hangs = epmesh_world:listener(fun(Socket) -> gen_tcp:recv(Socket, 1000000) end),
    [
        ?assertEqual(
            {0, <<>>},
            epmesh_world:erl(
                Port,
                epmesh_world:flags() ++ ["-sname", "a@localhost", "-s", "init", "stop"],
                []
            )
        )
     || Port <- [epmesh_world:free_port(), Hangs]
    ].

stop_ofDistribution_isCleanAndMayStartAgain(Config) ->
    Port = epmesh_world:free_port(),
    Epmd = epmesh_world:c_epmd(Port),
    Node = epmesh_world:node(?config(dir, Config), undefined, #{port => Port}),
    Start = {net_kernel, start, [['late@localhost', shortnames]]},
    %% The application is first here: what it started serves distribution too.
    {ok, _} = epmesh_world:call(Node, {application, ensure_all_started, [epmesh]}),
    [
        begin
            {ok, _} = epmesh_world:call(Node, Start),
            epmesh_world:until(fun() -> registered(Node) =:= epmd end),
            ok = epmesh_world:call(Node, {net_kernel, stop, []}),
            epmesh_world:until(fun() -> registered(Node) =:= no end)
        end
     || _ <- [once, again]
    ],
    ?assertEqual([], epmesh_world:crashes(Node)),
    epmesh_world:stop_epmd(Epmd).

starts_in_time(Config, Port) ->
    {Micros, Node} = timer:tc(fun() ->
        epmesh_world:node(?config(dir, Config), a, #{port => Port})
    end),
    ct:pal("started in ~b ms", [Micros div 1000]),
    ?assert(Micros div 1000 < ?IN_TIME_MS),
    Node.

names(Node) ->
    epmesh_world:call(Node, {net_adm, names, ["localhost"]}).

registered(Node) ->
    #{registration := #{registered := How}} = epmesh_world:call(Node, {epmesh, info, []}),
    How.
