%% Nodes with a real peer.
-module(epmesh_mesh_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

all() ->
    [
        addNode_onOneNode_isEnoughForAll,
        names_areThoseOfTheMesh,
        subscriber_isToldOfEachChange,
        badInput_isAnErrorTerm,
        writes_needTheTokenOfTheOperator,
        takenName_nodeFails,
        hiddenNode_isRegisteredAndFound,
        longNames_work,
        inet6Distribution_works,
        tlsDistribution_works,
        remoteShellNode_looksUpWithoutRegistering,
        erlCall_findsTheNode,
        initRestart_registersAgain,
        codeUpgrade_keepsTheSession,
        stockNodes_meetNodesOfTheModule,
        autoConnect_connects,
        application_withoutTheModule_knowsTheMesh,
        vmThatIsNoNode_mayAskAndWrite
    ].

init_per_suite(Config) ->
    Port = epmesh_world:free_port(),
    Dir = ?config(priv_dir, Config),
    Self = self(),
    %% A process of its own, for init_per_suite's ends with it.
    Keeper = spawn(fun() ->
        Peer = epmesh_world:peer(Dir, Port),
        Self ! {peer, Peer},
        receive
            stop -> epmesh_world:kill(Peer)
        end
    end),
    receive
        {peer, _} -> [{port, Port}, {keeper, Keeper} | Config]
    after 60000 -> ct:fail(no_peer)
    end.

end_per_suite(Config) ->
    Mon = monitor(process, ?config(keeper, Config)),
    ?config(keeper, Config) ! stop,
    receive
        {'DOWN', Mon, _, _, _} -> ok
    end.

init_per_testcase(Case, Config) ->
    ct:timetrap({seconds, 60}),
    Dir = filename:join(?config(priv_dir, Config), Case),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    [{dir, Dir} | Config].

end_per_testcase(_Case, _Config) ->
    epmesh_world:stop_all().

%% The story of epmdless, with the end that it lacks. b is known to no epmd.
addNode_onOneNode_isEnoughForAll(Config) ->
    BPort = epmesh_world:free_port(),
    _ = epmesh_world:node(?config(dir, Config), b, #{
        port => epmesh_world:free_port(),
        flags => stock() ++ ["-erl_epmd_port", integer_to_list(BPort)]
    }),
    A = start(Config, a),
    C = start(Config, c),
    ?assertEqual(noport, port_please(C, "b")),
    ?assertEqual(pang, ping(C, 'b@localhost')),

    ?assertEqual(ok, epmesh_world:call(A, {epmesh, add_node, ['b@localhost', BPort]})),
    epmesh_world:until(fun() -> port_please(C, "b") =:= {port, BPort, 6} end),
    ?assertMatch(
        [#{node := <<"b@localhost">>, port := BPort, address := {127, 0, 0, 1}}],
        epmesh_world:call(C, {epmesh, list_nodes, []})
    ),
    ?assertMatch(
        {ok, #{node := <<"b@localhost">>, port := BPort, source := mapping, state := up}},
        epmesh_world:call(C, {epmesh, lookup, ["b@localhost"]})
    ),
    ?assertEqual(pong, ping(C, 'b@localhost')),
    ?assertEqual(pong, ping(A, 'b@localhost')),
    epmesh_world:until(fun() -> nodes_of(A) =:= ['b@localhost', 'c@localhost'] end),
    epmesh_world:until(fun() -> nodes_of(C) =:= ['a@localhost', 'b@localhost'] end),

    ?assertEqual(ok, epmesh_world:call(C, {epmesh, remove_node, [<<"b@localhost">>]})),
    epmesh_world:until(fun() -> port_please(A, "b") =:= noport end),
    ?assertEqual([], epmesh_world:call(A, {epmesh, list_nodes, []})),
    ?assertEqual({error, not_found}, epmesh_world:call(A, {epmesh, lookup, ['b@localhost']})),
    ?assertEqual([], epmesh_world:crashes(A) ++ epmesh_world:crashes(C)).

names_areThoseOfTheMesh(Config) ->
    A = start(Config, a),
    _ = start(Config, b),
    epmesh_world:until(fun() ->
        [N || #{node := N} <- names(A)] =:= [<<"a@localhost">>, <<"b@localhost">>]
    end),
    {ok, Host} = inet:gethostname(),
    [
        ?assertMatch({ok, [{"a", _}, {"b", _}]}, epmesh_world:call(A, {net_adm, names, [Name]}))
     || Name <- ["localhost", localhost, Host, {127, 0, 0, 1}]
    ],
    ?assertMatch({ok, [{"a", _}, {"b", _}]}, epmesh_world:call(A, {epmesh_epmd, names, []})).

subscriber_isToldOfEachChange(Config) ->
    A = start(Config, a),
    Node = 'late@localhost',
    %% Over standard input and output only calls go: the events come back as answers.
    Listener = epmesh_world:call(A, {epmesh_listener, start, []}),
    Late = start(Config, late),
    epmesh_world:until(fun() -> lists:member({up, atom_to_binary(Node)}, heard(A, Listener)) end),
    epmesh_world:stop(Late),
    epmesh_world:until(fun() -> lists:member({down, atom_to_binary(Node)}, heard(A, Listener)) end).

badInput_isAnErrorTerm(Config) ->
    A = start(Config, a),
    [
        ?assertEqual({Call, Expected}, {Call, epmesh_world:call(A, {epmesh, F, Args})})
     || {{F, Args} = Call, Expected} <- [
            {{add_node, [b, 8002]}, {error, {bad_name, b}}},
            {{add_node, ['b@', 8002]}, {error, {bad_name, 'b@'}}},
            {{add_node, ["a@b@c", 8002]}, {error, {bad_name, "a@b@c"}}},
            {{add_node, [[b, "x"], 8002]}, {error, {bad_name, [b, "x"]}}},
            {{add_node, [17, 8002]}, {error, {bad_name, 17}}},
            {{add_node, ['b@localhost', 0]}, {error, {bad_port, 0}}},
            {{add_node, ['b@localhost', 70000]}, {error, {bad_port, 70000}}},
            {{add_node, ['b@localhost', "8002"]}, {error, {bad_port, "8002"}}},
            {{add_node, ['b@localhost', "", 8002]}, {error, {bad_host, ""}}},
            {{add_node, ['b@localhost', {1, 2}, 8002]}, {error, {bad_host, {1, 2}}}},
            {{add_node, ['b@no.such.host.invalid', 8002]}, {error, nxdomain}},
            {{add_node, ['b@localhost', "no.such.host.invalid", 8002]}, {error, nxdomain}},
            {{remove_node, [b]}, {error, {bad_name, b}}},
            {{remove_node, ['nobody@localhost']}, ok},
            {{lookup, ['nobody@localhost']}, {error, not_found}},
            {{lookup, [nobody]}, {error, {bad_name, nobody}}}
        ]
    ],
    %% What only the peer finds wrong.
    ?assertMatch(
        {error, {bad_argument, <<"host part", _/binary>>}},
        epmesh_world:call(A, {epmesh, add_node, ["b@a b", 8002]})
    ),
    ?assertMatch(
        {error, {bad_port, "x", 70000}},
        epmesh_world:call(A, {epmesh_epmd, register_node, ["x", 70000]})
    ),
    ?assertEqual(
        {error, {bad_name, ""}}, epmesh_world:call(A, {epmesh_epmd, register_node, ["", 1]})
    ),
    ?assertEqual(
        {error, {bad_name, ""}}, epmesh_world:call(A, {epmesh_epmd, port_please, ["", "h"]})
    ),
    ?assertEqual([], epmesh_world:crashes(A)).

writes_needTheTokenOfTheOperator(Config) ->
    Dir = ?config(dir, Config),
    Write = fun(Name, Text) ->
        File = filename:join(Dir, Name),
        ok = file:write_file(File, Text),
        ok = file:change_mode(File, 8#640),
        File
    end,
    Token = Write("token", "0123456789abcdef\n"),
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(Dir, Port, ["--gossip-port", "0", "--operator-file", Token], []),
    Start = fun(Name, Options) -> epmesh_world:node(Dir, Name, Options#{port => Port}) end,
    Add = {epmesh, add_node, ['x@localhost', 8002]},
    Set = fun(Node, File) ->
        ok = epmesh_world:call(Node, {application, set_env, [epmesh, operator_file, File]}),
        epmesh_world:call(Node, Add)
    end,
    NotAllowed = {error, {not_allowed, <<"not allowed without the operator's token">>}},

    A = Start(a, #{}),
    Denied = fun(Said) ->
        {error, {not_allowed, Text}} = Said,
        {error, {not_allowed, hd(binary:split(Text, <<" (expected">>))}}
    end,
    ?assertEqual(NotAllowed, Denied(epmesh_world:call(A, Add))),
    ?assertEqual(NotAllowed, Denied(Set(A, Write("wrong", "fedcba9876543210")))),
    Nowhere = filename:join(Dir, "nowhere"),
    ?assertEqual({error, {operator_file, Nowhere, enoent}}, Set(A, Nowhere)),
    Short = Write("short", "0123456789"),
    ?assertEqual({error, {operator_file, Short, no_token}}, Set(A, Short)),
    ?assertEqual([], epmesh_world:call(A, {epmesh, list_nodes, []})),
    ?assertEqual(ok, Set(A, Token)),
    ?assertMatch(
        [#{node := <<"x@localhost">>, port := 8002}], epmesh_world:call(A, {epmesh, list_nodes, []})
    ),

    B = Start(b, #{env => [{"EPMESH_OPERATOR_FILE", Token}]}),
    ?assertEqual(ok, epmesh_world:call(B, {epmesh, remove_node, ['x@localhost']})),
    ?assertEqual([], epmesh_world:call(A, {epmesh, list_nodes, []})),
    C = Start(c, #{args => ["-epmesh", "operator_file", "\"" ++ Token ++ "\""]}),
    ?assertEqual(ok, epmesh_world:call(C, Add)),
    %% Its own session is none of the operator's, and goes on.
    ?assertMatch(
        #{link := up, registration := #{registered := mesh}},
        epmesh_world:call(C, {epmesh, info, []})
    ),
    ?assertEqual([], lists:flatmap(fun epmesh_world:crashes/1, [A, B, C])).

takenName_nodeFails(Config) ->
    _ = start(Config, a),
    {Status, Said} = epmesh_world:erl(
        ?config(port, Config),
        epmesh_world:flags() ++ ["-sname", "a@localhost", "-s", "init", "stop"],
        []
    ),
    ?assertEqual(1, Status),
    ?assertNotEqual(nomatch, binary:match(Said, <<"seems to be in use">>)).

hiddenNode_isRegisteredAndFound(Config) ->
    A = start(Config, a),
    _ = start(Config, h, #{args => ["-hidden"]}),
    ?assertEqual(pong, ping(A, 'h@localhost')),
    ?assertEqual([], nodes_of(A)),
    ?assertEqual(['h@localhost'], epmesh_world:call(A, {erlang, nodes, [hidden]})).

longNames_work(Config) ->
    Long = #{longnames => true, host => "127.0.0.1"},
    A = start(Config, a, Long),
    _ = start(Config, b, Long),
    ?assertEqual(pong, ping(A, 'b@127.0.0.1')).

inet6Distribution_works(Config) ->
    Six = #{args => ["-proto_dist", "inet6_tcp"]},
    A = start(Config, a, Six),
    case {release(A), epmesh_world:call(A, {inet, getaddr, ["localhost", inet6]})} of
        {Otp, {error, Reason}} when Otp < 24 ->
            {skip, {"OTP 23 asks the resolver for localhost in IPv6", Reason}};
        _ ->
            inet6(Config, A, Six)
    end.

release(Node) ->
    list_to_integer(epmesh_world:call(Node, {erlang, system_info, [otp_release]})).

inet6(Config, A, Six) ->
    _ = start(Config, b, Six),
    ?assertEqual(pong, ping(A, 'b@localhost')),
    ?assertMatch(
        {ok, {0, 0, 0, 0, 0, 0, 0, 1}, _, 6},
        epmesh_world:call(A, {epmesh_epmd, address_please, ["b", "localhost", inet6]})
    ).

tlsDistribution_works(Config) ->
    case epmesh_world:is_other_release() of
        true -> {skip, "the application ssl is not fetched for other releases"};
        false -> tls(Config)
    end.

tls(Config) ->
    Tls = #{args => ["-proto_dist", "inet_tls" | epmesh_world:tls(?config(dir, Config))]},
    A = start(Config, a, Tls),
    _ = start(Config, b, Tls),
    ?assertEqual(pong, ping(A, 'b@localhost')).

remoteShellNode_looksUpWithoutRegistering(Config) ->
    _ = start(Config, a),
    {0, Said} = epmesh_world:erl(
        ?config(port, Config),
        epmesh_world:flags() ++
            [
                "-sname", "shell@localhost", "-dist_listen", "false",
                "-eval", "io:format(\"~p\", [erpc:call('a@localhost', erlang, node, [])]), halt()."
            ],
        []
    ),
    ?assertEqual(<<"a@localhost">>, Said).

erlCall_findsTheNode(Config) ->
    A = start(Config, a),
    Port = integer_to_list(?config(port, Config)),
    #{registration := #{listens := Listens}} = epmesh_world:call(A, {epmesh, info, []}),
    [
        ?assertEqual("a@localhost", os:cmd(
            "ERL_EPMD_PORT=" ++ Port ++ " erl_call -c epmesh " ++ Target ++ " -a 'erlang node'"
        ))
     || Target <- ["-sname a@localhost", "-address localhost:" ++ integer_to_list(Listens)]
    ].

initRestart_registersAgain(Config) ->
    A = start(Config, a),
    case release(A) of
        23 -> {skip, "the module peer does not survive init:restart in OTP 23"};
        _ -> restarted(Config, A)
    end.

restarted(Config, A) ->
    B = start(Config, b),
    Before = creation(B, <<"a@localhost">>),
    %% The control over standard input does not survive a restart; b watches from outside.
    ?assertEqual(pong, ping(B, 'a@localhost')),
    ok = epmesh_world:call(B, {rpc, call, ['a@localhost', init, restart, []]}),
    epmesh_world:until(fun() ->
        not lists:member(creation(B, <<"a@localhost">>), [Before, none])
    end),
    epmesh_world:until(fun() -> ping(B, 'a@localhost') =:= pong end),
    ok = epmesh_world:call(B, {rpc, call, ['a@localhost', init, stop, []]}),
    ?assertEqual([], epmesh_world:crashes(A)).

codeUpgrade_keepsTheSession(Config) ->
    A = start(Config, a),
    Session = epmesh_world:call(A, {erlang, whereis, [epmesh_session]}),
    [
        begin
            _ = epmesh_world:call(A, {code, purge, [Module]}),
            {module, Module} = epmesh_world:call(A, {code, load_file, [Module]}),
            _ = epmesh_world:call(A, {code, purge, [Module]})
        end
     || _ <- [once, twice],
        Module <- [epmesh_session, epmesh_registration, epmesh_epmd, epmesh_watch, epmesh_sup]
    ],
    ?assertEqual(Session, epmesh_world:call(A, {erlang, whereis, [epmesh_session]})),
    ?assertMatch(#{link := up}, epmesh_world:call(A, {epmesh, info, []})),
    ?assertEqual([], epmesh_world:crashes(A)).

stockNodes_meetNodesOfTheModule(Config) ->
    A = start(Config, a),
    S = start(Config, s, #{flags => stock()}),
    ?assertEqual(pong, ping(A, 's@localhost')),
    epmesh_world:until(fun() -> nodes_of(S) =:= ['a@localhost'] end),
    B = start(Config, b),
    ?assertEqual(pong, ping(S, 'b@localhost')),
    epmesh_world:until(fun() -> nodes_of(B) =:= ['a@localhost', 's@localhost'] end).

autoConnect_connects(Config) ->
    Connect = #{args => ["-epmesh", "auto_connect", "\"app*@*\""]},
    A = start(Config, app1, Connect),
    _ = start(Config, other),
    B = start(Config, app2, Connect),
    {ok, _} = epmesh_world:call(A, {application, ensure_all_started, [epmesh]}),
    {ok, _} = epmesh_world:call(B, {application, ensure_all_started, [epmesh]}),
    epmesh_world:until(fun() -> nodes_of(A) =:= ['app2@localhost'] end),
    _ = start(Config, app3),
    epmesh_world:until(fun() -> nodes_of(A) =:= ['app2@localhost', 'app3@localhost'] end).

application_withoutTheModule_knowsTheMesh(Config) ->
    S = start(Config, s, #{flags => stock() ++ ["-pa", epmesh_world:ebin()]}),
    {ok, _} = epmesh_world:call(S, {application, ensure_all_started, [epmesh]}),
    epmesh_world:until(fun() -> [N || #{node := N} <- names(S)] =:= [<<"s@localhost">>] end),
    Info = epmesh_world:call(S, {epmesh, info, []}),
    ?assertEqual(#{registered => no}, maps:get(registration, Info)).

%% Tools do so before they become nodes. More mappings than a frame has.
vmThatIsNoNode_mayAskAndWrite(Config) ->
    A = start(Config, a),
    #{registration := #{listens := Port}} = epmesh_world:call(A, {epmesh, info, []}),
    Vm = start(Config, undefined),
    Ask = fun(Module, Function, Args) -> epmesh_world:call(Vm, {Module, Function, Args}) end,
    ?assertEqual({port, Port, 6}, Ask(epmesh_epmd, port_please, ["a", "localhost"])),
    ?assertEqual(
        {ok, {127, 0, 0, 1}, Port, 6}, Ask(epmesh_epmd, address_please, ["a", "localhost", inet])
    ),
    ?assertEqual({ok, [{"a", Port}]}, Ask(net_adm, names, ["localhost"])),
    ?assertEqual({error, not_found}, Ask(epmesh, lookup, ['nobody@localhost'])),
    Mapped = ["m" ++ integer_to_list(N) ++ "@localhost" || N <- lists:seq(1, 40)],
    [?assertEqual(ok, Ask(epmesh, add_node, [Node, 8002])) || Node <- Mapped],
    ?assertEqual(
        lists:sort(lists:map(fun list_to_binary/1, Mapped)),
        lists:sort([Node || #{node := Node} <- Ask(epmesh, list_nodes, [])])
    ),
    [?assertEqual(ok, Ask(epmesh, remove_node, [Node])) || Node <- Mapped],
    ?assertEqual([], Ask(epmesh, list_nodes, [])),
    ?assertEqual({error, no_peer}, Ask(epmesh, subscribe, [])).

stock() ->
    ["-start_epmd", "false", "-setcookie", "epmesh"].

start(Config, Name) ->
    start(Config, Name, #{}).

start(Config, Name, Options) ->
    epmesh_world:node(?config(dir, Config), Name, Options#{port => ?config(port, Config)}).

port_please(Node, Name) ->
    epmesh_world:call(Node, {epmesh_epmd, port_please, [Name, "localhost"]}).

ping(Node, Other) ->
    epmesh_world:call(Node, {net_adm, ping, [Other]}).

nodes_of(Node) ->
    lists:sort(epmesh_world:call(Node, {erlang, nodes, []})).

names(Node) ->
    case epmesh_world:call(Node, {epmesh, names, []}) of
        {error, _} = Error -> [#{node => Error}];
        Names -> lists:sort(fun(#{node := A}, #{node := B}) -> A =< B end, Names)
    end.

heard(Node, Listener) ->
    epmesh_world:call(Node, {epmesh_listener, heard, [Listener]}).

creation(Node, Name) ->
    case epmesh_world:call(Node, {epmesh, lookup, [Name]}) of
        {ok, #{creation := Creation}} -> Creation;
        {error, not_found} -> none
    end.
