%% The recipes of docs/erlang-client.md, with the programs that they are for.
-module(epmesh_recipes_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

%% A virtual machine of RabbitMQ, or of a build tool, takes seconds; on a busy machine many.
-define(PATIENCE_MS, 120000).

all() ->
    [mixRelease_bootsJoinsAndAnswers, rabbitMq_isFoundByItsTools].

suite() ->
    [{timetrap, {minutes, 5}}].

init_per_testcase(Case, Config) ->
    Dir = filename:join(?config(priv_dir, Config), Case),
    ok = filelib:ensure_dir(filename:join(Dir, "x")),
    [{dir, Dir} | Config].

end_per_testcase(_Case, _Config) ->
    epmesh_world:stop_all().

mixRelease_bootsJoinsAndAnswers(Config) ->
    case {os:find_executable("mix"), os:find_executable("rebar3")} of
        {Mix, Rebar3} when is_list(Mix), is_list(Rebar3) -> mix(?config(dir, Config), Rebar3);
        _ -> {skip, "needs mix and rebar3 (Debian: apt-get install elixir rebar3)"}
    end.

mix(Dir, Rebar3) ->
    Write = fun(Name, Text) ->
        File = filename:join(Dir, Name),
        ok = filelib:ensure_dir(File),
        ok = file:write_file(File, Text)
    end,
    App = filename:join(epmesh_tree:root(), "erlang-client/apps/epmesh"),
    ok = Write("mix.exs", [
        "defmodule MeshMix.MixProject do\n"
        "  use Mix.Project\n"
        "  def project do\n"
        "    [app: :mesh_mix, version: \"0.1.0\", releases: [mesh_mix: [include_erts: false]],\n"
        "     deps: [{:epmesh, path: \"", App, "\", manager: :rebar3}]]\n"
        "  end\n"
        "end\n"
    ]),
    ok = Write(
        "lib/mesh_mix.ex",
        "defmodule MeshMix do\n  def who, do: {node(), Enum.sort(Node.list())}\nend\n"
    ),
    ok = Write("config/config.exs", "import Config\nconfig :epmesh, auto_connect: \"mix*@*\"\n"),
    Flags = "-start_epmd false\n-epmd_module epmesh_epmd\n",
    ok = Write("rel/vm.args.eex", Flags),
    ok = Write("rel/remote.vm.args.eex", Flags),
    Tools = [{"MIX_ENV", "prod"}, {"MIX_REBAR3", Rebar3}, {"MIX_HOME", filename:join(Dir, "home")}],
    {0, _} = run("mix", ["release"], Dir, Tools),

    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(Dir, Port),
    Script = filename:join(Dir, "_build/prod/rel/mesh_mix/bin/mesh_mix"),
    Env = fun(Name) ->
        [{"ERL_EPMD_PORT", integer_to_list(Port)}, {"RELEASE_NODE", Name}] ++
            [{"RELEASE_DISTRIBUTION", "sname"}, {"RELEASE_COOKIE", "epmesh"}]
    end,
    Releases = [spawned(Script, ["start"], Dir, Env(Name)) || Name <- ["mix1", "mix2"]],
    {ok, Host} = inet:gethostname(),
    Who = fun() ->
        run(Script, ["rpc", "IO.inspect(MeshMix.who())"], Dir, Env("mix1"))
    end,
    Expected = iolist_to_binary(io_lib:format("{:mix1@~s, [:mix2@~s]}\n", [Host, Host])),
    epmesh_world:until(fun() -> Who() =:= {0, Expected} orelse Who() end, ?PATIENCE_MS),
    [?assertEqual({0, <<>>}, run(Script, ["stop"], Dir, Env(N))) || N <- ["mix1", "mix2"]],
    [ended(Release) || Release <- Releases].

rabbitMq_isFoundByItsTools(Config) ->
    Unpacked = filename:join(epmesh_tree:root(), "target/otp/rabbitmq/sbin"),
    case [D || D <- [Unpacked, "/usr/lib/rabbitmq/bin"], filelib:is_dir(D)] of
        [Scripts | _] -> rabbit(?config(dir, Config), Scripts);
        [] -> {skip, "needs RabbitMQ: fetched by bin/verify --long"}
    end.

rabbit(Dir, Scripts) ->
    Port = epmesh_world:free_port(),
    _ = epmesh_world:peer(Dir, Port),
    Cookie = filename:join(Dir, ".erlang.cookie"),
    ok = file:write_file(Cookie, "epmesh"),
    ok = file:change_mode(Cookie, 8#400),
    Module = "-pa " ++ epmesh_world:ebin() ++ " -start_epmd false -epmd_module epmesh_epmd",
    In = fun(Name) -> filename:join(Dir, Name) end,
    Env = [
        {"HOME", Dir},
        {"ERL_EPMD_PORT", integer_to_list(Port)},
        {"RABBITMQ_NODENAME", "rabbit@localhost"},
        {"RABBITMQ_NODE_PORT", integer_to_list(epmesh_world:free_port())},
        {"RABBITMQ_DIST_PORT", integer_to_list(epmesh_world:free_port())},
        {"RABBITMQ_MNESIA_BASE", In("mnesia")},
        {"RABBITMQ_LOG_BASE", In("logs")},
        {"RABBITMQ_LOGS", "-"},
        {"RABBITMQ_CONFIG_FILE", In("rabbitmq")},
        {"RABBITMQ_ENABLED_PLUGINS_FILE", In("plugins")},
        {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", Module}
    ],
    Broker = spawned(filename:join(Scripts, "rabbitmq-server"), [], Dir, Env),
    Tool = filename:join(Scripts, "rabbitmqctl"),
    %% No epmd is where the tool would look for one; only the module knows of the peer.
    Elsewhere = [
        {"ERL_EPMD_PORT", integer_to_list(epmesh_world:free_port())},
        {"EPMESH_PEER", "127.0.0.1:" ++ integer_to_list(Port)}
    ],
    Alone = lists:keydelete("ERL_EPMD_PORT", 1, Env) ++ Elsewhere,
    Ctl = fun(Args) -> run(Tool, Args, Dir, [{"RABBITMQ_CTL_ERL_ARGS", Module} | Alone]) end,
    Running = ["eval", "{node(), rabbit:is_running()}."],
    epmesh_world:until(
        fun() -> Ctl(Running) =:= {0, <<"{rabbit@localhost,true}\n">>} end, ?PATIENCE_MS
    ),
    ?assertMatch({69, _}, run(Tool, Running, Dir, Alone)),
    ?assertMatch({0, _}, Ctl(["stop"])),
    ended(Broker).

run(Command, Args, Dir, Env) ->
    output(spawned(Command, Args, Dir, Env), <<>>).

spawned(Command, Args, Dir, Env) ->
    Executable = os:find_executable(Command),
    Options = [exit_status, binary, stderr_to_stdout, {args, Args}, {cd, Dir}],
    open_port({spawn_executable, Executable}, [{env, [{"LC_ALL", "C.UTF-8"} | Env]} | Options]).

ended(Process) ->
    {Status, _} = output(Process, <<>>),
    ?assertEqual(0, Status).

output(Process, Said) ->
    receive
        {Process, {data, Data}} ->
            output(Process, <<Said/binary, Data/binary>>);
        {Process, {exit_status, Status}} ->
            ct:log("~ts", [Said]),
            {Status, Said}
    end.
