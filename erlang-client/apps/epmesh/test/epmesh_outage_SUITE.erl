%% Many nodes whose peer is killed, stopped and replaced.
-module(epmesh_outage_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

-define(NODES, 50).
%% A look-up takes microseconds; the rest is for the scheduler of a busy machine.
-define(AT_ONCE_MS, 200).
%% What two medians of boots may differ by on a busy machine.
-define(BUSY_MS, 700).

all() ->
    [nodes_outliveTheirPeer, boot_besideAStoppedPeer_isInTime, boot_isAsQuickAsErlsOwn].

init_per_testcase(Case, Config) ->
    ct:timetrap({minutes, 6}),
    Dir = filename:join(?config(priv_dir, Config), Case),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    [{dir, Dir} | Config].

end_per_testcase(_Case, _Config) ->
    epmesh_world:stop_all().

nodes_outliveTheirPeer(Config) ->
    Port = epmesh_world:free_port(),
    Dir = ?config(dir, Config),
    Peer = epmesh_world:peer(Dir, Port),
    Nodes = [start(Dir, Port, N) || N <- lists:seq(1, ?NODES)],
    all_known(Nodes),

    ct:pal("killed"),
    epmesh_world:kill(Peer),
    epmesh_world:until(fun() -> link_of(hd(Nodes)) =/= up end),
    lookups_answer_at_once(Nodes),
    Again = epmesh_world:peer(Dir, Port),
    lookups_answer_at_once(Nodes),
    all_registered(Nodes, [mesh, epmd]),
    all_known(Nodes),

    ct:pal("stopped"),
    ok = epmesh_world:signal(Again, "STOP"),
    lookups_answer_at_once(Nodes),
    %% Until the nodes have noticed, and after that.
    epmesh_world:until(fun() -> link_of(hd(Nodes)) =/= up end),
    lookups_answer_at_once(Nodes),
    ok = epmesh_world:signal(Again, "CONT"),
    all_registered(Nodes, [mesh, epmd]),
    all_known(Nodes),

    ct:pal("replaced by a C epmd"),
    epmesh_world:kill(Again),
    Epmd = epmesh_world:c_epmd(Port),
    all_registered(Nodes, [epmd]),
    lookups_answer_at_once(Nodes),
    epmesh_world:stop_epmd(Epmd),
    _ = epmesh_world:peer(Dir, Port),
    all_registered(Nodes, [mesh, epmd]),
    all_known(Nodes),

    ?assertEqual([], lists:flatmap(fun epmesh_world:crashes/1, Nodes)),
    %% Nor is anything else told of an outage: it is no news to the node.
    ?assertEqual([], [Log || Node <- Nodes, Log <- [epmesh_world:log(Node)], Log =/= <<>>]).

boot_besideAStoppedPeer_isInTime(Config) ->
    Port = epmesh_world:free_port(),
    Dir = ?config(dir, Config),
    Peer = epmesh_world:peer(Dir, Port),
    ok = epmesh_world:signal(Peer, "STOP"),
    {Micros, Node} = timer:tc(fun() -> start(Dir, Port, 1) end),
    ?assert(Micros < 5000000),
    ok = epmesh_world:signal(Peer, "CONT"),
    epmesh_world:until(fun() -> is_registered(Node, [mesh, epmd]) end),
    ?assertEqual([], epmesh_world:crashes(Node)).

%% Beside what erl itself does in the same case, in the same minute.
boot_isAsQuickAsErlsOwn(Config) ->
    Port = epmesh_world:free_port(),
    beside(Port, "nothing", {1, 0}),
    Epmd = epmesh_world:c_epmd(Port),
    beside(Port, "a C epmd", {0, 0}),
    epmesh_world:stop_epmd(Epmd),
    Peer = epmesh_world:peer(?config(dir, Config), Port),
    beside(Port, "a peer", {0, 0}),
    ok = epmesh_world:signal(Peer, "STOP"),
    %% erl waits for 10 s and gives up.
    {Stock, 1} = boot(Port, stock()),
    {Ours, 0} = boot(Port, epmesh_world:flags()),
    ct:pal("beside a stopped peer: erl ~b ms, epmesh_epmd ~b ms", [Stock, Ours]),
    ?assert(Ours < Stock).

beside(Port, What, Expected) ->
    Pairs = [{boot(Port, stock()), boot(Port, epmesh_world:flags())} || _ <- lists:seq(1, 5)],
    ?assertEqual([Expected], lists:usort([{S, O} || {{_, S}, {_, O}} <- Pairs])),
    Stock = median([Ms || {{Ms, _}, _} <- Pairs]),
    Ours = median([Ms || {_, {Ms, _}} <- Pairs]),
    ct:pal("beside ~s: erl ~b ms, epmesh_epmd ~b ms (medians of 5)", [What, Stock, Ours]),
    ?assert(Ours =< Stock + ?BUSY_MS).

stock() ->
    ["-start_epmd", "false", "-setcookie", "epmesh"].

%% The milliseconds of a node that starts, or does not, and ends at once, and its exit code.
boot(Port, Flags) ->
    Args = Flags ++ ["-sname", "boot@localhost", "-s", "erlang", "halt"],
    {Micros, {Status, _}} = timer:tc(epmesh_world, erl, [Port, Args, []]),
    {Micros div 1000, Status}.

median(Values) ->
    lists:nth((length(Values) + 1) div 2, lists:sort(Values)).

start(Dir, Port, N) ->
    Small = ["+S", "1:1", "+sbwt", "none", "-kernel", "connect_all", "false"],
    epmesh_world:node(Dir, list_to_atom("n" ++ integer_to_list(N)), #{port => Port, args => Small}).

%% Each node finds each other, in its own table.
lookups_answer_at_once(Nodes) ->
    [
        begin
            {Micros, Answers} = epmesh_world:call(
                Node, {timer, tc, [epmesh_lookups, all, [?NODES]]}
            ),
            ?assertEqual([], [Bad || Bad <- Answers, not is_found(Bad)]),
            ?assert(Micros < ?AT_ONCE_MS * 1000)
        end
     || Node <- Nodes
    ].

is_found({_, {ok, {127, 0, 0, 1}, Port, 6}}) when Port > 0 -> true;
is_found(_) -> false.

all_known(Nodes) ->
    [epmesh_world:until(fun() -> known(Node) end) || Node <- Nodes].

known(Node) ->
    #{link := Link, names := Names} = epmesh_world:call(Node, {epmesh, info, []}),
    {Link, Names} =:= {up, ?NODES} orelse {Link, Names}.

all_registered(Nodes, Ways) ->
    [epmesh_world:until(fun() -> is_registered(Node, Ways) end) || Node <- Nodes].

is_registered(Node, Ways) ->
    lists:member(registered(Node), Ways).

registered(Node) ->
    #{registration := #{registered := How}} = epmesh_world:call(Node, {epmesh, info, []}),
    How.

link_of(Node) ->
    maps:get(link, epmesh_world:call(Node, {epmesh, info, []})).
