%% The example release of rebar3, and the strategy for libcluster.
-module(epmesh_release_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

all() ->
    [release_bootsJoinsAndAnswers, elixirStrategy_connects].

suite() ->
    [{timetrap, {minutes, 4}}].

release_bootsJoinsAndAnswers(Config) ->
    Example = filename:join(epmesh_tree:root(), "erlang-client/examples/mesh_release"),
    Built = filename:join(?config(priv_dir, Config), "built"),
    {0, _} = run("rebar3 release", [{cd, Example}, {env, [{"REBAR_BASE_DIR", Built}]}]),
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(?config(priv_dir, Config), Port),
    Script = filename:join(Built, "default/rel/mesh_example/bin/mesh_example"),
    Env = fun(Name) -> [{"ERL_EPMD_PORT", integer_to_list(Port)}, {"NAME", Name}] end,
    Names = ["mesh_example1", "mesh_example2"],
    Do = fun(Name, Command) -> run(Script ++ " " ++ Command, [{env, Env(Name)}]) end,
    %% One after the other: the script writes vm.args anew at each command.
    Releases = [foreground(Script, Env(Name), fun() -> Do(Name, "ping") end) || Name <- Names],
    {ok, Host} = inet:gethostname(),
    Expected = io_lib:format("{mesh_example1@~s, [mesh_example2@~s]}\n", [Host, Host]),
    epmesh_world:until(fun() ->
        Do("mesh_example1", "rpc mesh_example who") =:= {0, iolist_to_binary(Expected)}
    end),
    Eval = "eval 'maps:get(link, epmesh:info()).'",
    ?assertMatch({0, <<"up", _/binary>>}, Do("mesh_example1", Eval)),
    console(Script, Env("mesh_example1"), Host),
    [?assertMatch({0, _}, Do(Name, "stop")) || Name <- Names],
    [
        receive
            {Release, {exit_status, Status}} -> ?assertEqual(0, Status)
        end
     || Release <- Releases
    ].

foreground(Script, Env, Ping) ->
    Release = open_port(
        {spawn_executable, Script}, [{args, ["foreground"]}, {env, Env}, exit_status]
    ),
    epmesh_world:until(fun() -> Ping() =:= {0, <<"pong\n">>} end),
    Release.

%% A remote shell wants a terminal, which script(1) makes.
console(Script, Env, Host) ->
    case os:find_executable("script") of
        false ->
            ct:comment("remote_console: needs script (Debian: apt-get install bsdutils)");
        Terminal ->
            Console = open_port({spawn_executable, Terminal}, [
                {args, ["-qc", Script ++ " remote_console", "/dev/null"]},
                {env, Env},
                binary,
                exit_status
            ]),
            said(Console, iolist_to_binary(["(mesh_example1@", Host, ")1>"]), <<>>),
            port_command(Console, "{answer, element(1, mesh_example:who())}.\n"),
            said(Console, iolist_to_binary(["{answer,mesh_example1@", Host, "}"]), <<>>),
            %% It outlives the end of its input: Ctrl-G, and quit.
            port_command(Console, [7]),
            said(Console, <<"-->">>, <<>>),
            port_command(Console, "q\n"),
            receive
                {Console, {exit_status, _}} -> ok
            end
    end.

said(Port, Expected, Before) ->
    case binary:match(Before, Expected) of
        nomatch ->
            receive
                {Port, {data, Data}} -> said(Port, Expected, <<Before/binary, Data/binary>>)
            end;
        _ ->
            ok
    end.

%% With a libcluster of two modules, and then without.
elixirStrategy_connects(Config) ->
    case os:find_executable("elixir") of
        false -> {skip, "needs elixir (Debian: apt-get install elixir)"};
        _ -> strategy(Config)
    end.

strategy(Config) ->
    Dir = ?config(priv_dir, Config),
    Strategy = filename:join(epmesh_tree:root(), "erlang-client/elixir/epmesh_cluster.ex"),
    Alone = filename:join(Dir, "alone"),
    {0, _} = run("elixirc -o " ++ Alone ++ " " ++ Strategy, []),
    ?assertEqual([], filelib:wildcard(filename:join(Alone, "*.beam"))),

    Test = filename:join(Dir, "strategy.exs"),
    ok = file:write_file(Test, [
        "defmodule Cluster.Strategy.State do\n"
        "  defstruct [:topology, :connect, :list_nodes, :config]\n"
        "end\n"
        "defmodule Cluster.Strategy do\n"
        "  def connect_nodes(:mesh, connect, :list, nodes), do: connect.(nodes)\n"
        "end\n"
        "Code.require_file(\"", Strategy, "\")\n"
        "me = self()\n"
        "connect = fn nodes -> Enum.each(nodes, &send(me, {:connect, &1})) end\n"
        "state = struct(Cluster.Strategy.State, topology: :mesh, connect: connect,\n"
        "  list_nodes: :list, config: [pattern: \"app*@*\"])\n"
        "{:ok, _} = EpmeshCluster.start_link([state])\n"
        "receive do {:connect, node} -> IO.puts(node) end\n"
    ]),
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(Dir, Port),
    _ = epmesh_world:node(Dir, other, #{port => Port}),
    _ = epmesh_world:node(Dir, app1, #{port => Port}),
    Flags = "-start_epmd false -epmd_module epmesh_epmd -pa " ++ epmesh_world:ebin(),
    ?assertEqual(
        {0, <<"app1@localhost\n">>},
        run("elixir --sname me@localhost --erl \"" ++ Flags ++ "\" " ++ Test, [
            {env, [{"ERL_EPMD_PORT", integer_to_list(Port)}]}
        ])
    ),
    epmesh_world:stop_all().

run(Command, Options) ->
    Port = open_port(
        {spawn, Command},
        [exit_status, binary, stderr_to_stdout | Options]
    ),
    output(Port, <<>>).

output(Port, Said) ->
    receive
        {Port, {data, Data}} ->
            output(Port, <<Said/binary, Data/binary>>);
        {Port, {exit_status, Status}} ->
            ct:log("~ts", [Said]),
            {Status, Said}
    end.
