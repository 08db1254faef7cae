%% Real peers, epmds and nodes for the suites, each with files of its own in a directory.
%%
%% Nodes are controlled over their standard input and output, so distribution between them is only
%% what a test makes of it. Nothing uses a fixed port.
%%
%% Where bin/verify has set OTP_UNDER_TEST, a directory of an Erlang of another release, and
%% OTP_UNDER_TEST_EBIN, one of modules that it compiled, nodes are of that release.
-module(epmesh_world).

-export([free_port/0, peer/2, peer/4, kill/1, signal/2]).
-export([c_epmd/1, stop_epmd/1, listener/1]).
-export([node/3, stop/1, stop_all/0, call/2, log/1, crashes/1]).
-export([is_other_release/0, ebin/0, tests/0, flags/0, tls/1, erl/3]).
-export([until/2, until/1]).

-define(PATIENCE_MS, 20000).

%% A port that was free a moment ago.
free_port() ->
    {ok, Socket} = gen_tcp:listen(0, []),
    {ok, Port} = inet:port(Socket),
    ok = gen_tcp:close(Socket),
    Port.

%% Starts a real peer and waits until it serves.
peer(Dir, Port) ->
    peer(Dir, Port, ["--gossip-port", "0"], []).

%% The same by way of another command.
peer(Dir, Port, Flags, By) ->
    Command = filename:join(epmesh_tree:root(), "bin/epmesh"),
    Data = filename:join(Dir, "peer-" ++ integer_to_list(Port)),
    Args =
        ["start", "--epmd-port", integer_to_list(Port), "--http", "off"] ++
            ["--data-dir", Data | Flags],
    [First | Others] = By ++ [Command],
    Peer = spawned(First, Others ++ Args, Port),
    ok = until_up(maps:get(process, Peer), []),
    Peer.

%% A program that ends with its caller at the latest.
spawned(Command, Args, Port) ->
    Script = "\"$@\" </dev/null & echo $!; cat >/dev/null; kill -9 $! 2>/dev/null",
    Process = open_port(
        {spawn_executable, "/bin/sh"},
        [{args, ["-c", Script, "sh", Command | Args]}, {line, 1000}, stderr_to_stdout]
    ),
    receive
        {Process, {data, {eol, Pid}}} ->
            #{process => Process, pid => list_to_integer(Pid), port => Port}
    after ?PATIENCE_MS -> error({not_spawned, Command})
    end.

until_up(Process, Said) ->
    receive
        {Process, {data, {_, Line}}} ->
            case string:find(Line, " is up: ") of
                nomatch -> until_up(Process, [Line | Said]);
                _ -> ok
            end
    after 3 * ?PATIENCE_MS ->
        error({peer_is_not_up, lists:reverse(Said)})
    end.

kill(#{pid := Pid} = Started) ->
    ok = signal(Started, "KILL"),
    until(fun() -> not alive(Pid) end).

signal(#{pid := Pid}, Signal) ->
    [] = os:cmd("kill -" ++ Signal ++ " " ++ integer_to_list(Pid)),
    ok.

alive(Pid) ->
    os:cmd("kill -0 " ++ integer_to_list(Pid)) =:= "".

%% Starts a C epmd and waits until it serves.
c_epmd(Port) ->
    Epmd = spawned(os:find_executable("epmd"), ["-port", integer_to_list(Port)], Port),
    until(fun() -> listens(Port) end),
    Epmd.

stop_epmd(Epmd) ->
    kill(Epmd).

listens(Port) ->
    case gen_tcp:connect({127, 0, 0, 1}, Port, []) of
        {ok, Socket} -> ok =:= gen_tcp:close(Socket);
        {error, _} -> false
    end.

%% A server that treats each connection as told, until the caller ends.
listener(Treat) ->
    Options = [binary, {active, false}, {reuseaddr, true}, {ip, {127, 0, 0, 1}}, {backlog, 128}],
    {ok, Listen} = gen_tcp:listen(0, Options),
    {ok, Port} = inet:port(Listen),
    Acceptor = spawn_link(fun() ->
        receive
            go -> accept(Listen, Treat)
        end
    end),
    ok = gen_tcp:controlling_process(Listen, Acceptor),
    Acceptor ! go,
    Port.

accept(Listen, Treat) ->
    {ok, Socket} = gen_tcp:accept(Listen),
    Servant = spawn(fun() ->
        receive
            go -> Treat(Socket)
        end
    end),
    ok = gen_tcp:controlling_process(Socket, Servant),
    Servant ! go,
    accept(Listen, Treat).

%% Whether nodes are of another release than this VM.
is_other_release() ->
    os:getenv("OTP_UNDER_TEST") =/= false.

%% OTP 23 and 24 have no module peer of their own.
controllable() ->
    case is_other_release() of
        true -> ["-pa", tests()];
        false -> []
    end.

erl_command() ->
    case os:getenv("OTP_UNDER_TEST") of
        false -> {os:find_executable("erl"), []};
        Otp -> {filename:join(epmesh_tree:root(), "bin/lib/otp-erl.sh"), [Otp]}
    end.

ebin() ->
    os:getenv("OTP_UNDER_TEST_EBIN", filename:join(code:lib_dir(epmesh), "ebin")).

flags() ->
    ["-start_epmd", "false", "-epmd_module", "epmesh_epmd", "-setcookie", "epmesh"] ++
        ["-pa", ebin(), tests()].

%% What runs on a node for a test.
tests() ->
    os:getenv("OTP_UNDER_TEST_EBIN", filename:dirname(code:which(?MODULE))).

%% Flags of a node that speaks TLS with any certificate, and has one.
tls(Dir) ->
    Chain = #{
        root => [{key, {rsa, 2048, 65537}}],
        intermediates => [],
        peer => [{key, {rsa, 2048, 65537}}]
    },
    #{server_config := Server} =
        public_key:pkix_test_data(#{server_chain => Chain, client_chain => Chain}),
    {KeyType, Key} = proplists:get_value(key, Server),
    Pem = public_key:pem_encode([
        {KeyType, Key, not_encrypted},
        {'Certificate', proplists:get_value(cert, Server), not_encrypted}
    ]),
    PemFile = filename:join(Dir, "node.pem"),
    ok = file:write_file(PemFile, Pem),
    Options = filename:join(Dir, "tls.config"),
    ok = file:write_file(
        Options,
        io_lib:format("[{server,[{certfile,~p}]},{client,[{verify,verify_none}]}].~n", [PemFile])
    ),
    ["-ssl_dist_optfile", Options].

%% Starts a node. Options: port of epmd or peer, name, args beside flags() or instead of them.
node(Dir, Name, Options) ->
    #{port := Port} = Options,
    Log = filename:join(Dir, atom_to_list(Name) ++ "-" ++ unique() ++ ".log"),
    Logger = io_lib:format(
        "[{handler,default,logger_std_h,#{config=>#{file=>~p}}}]", [Log]
    ),
    Env = [{"ERL_EPMD_PORT", integer_to_list(Port)} | maps:get(env, Options, [])],
    Args =
        maps:get(flags, Options, flags()) ++ maps:get(args, Options, []) ++ controllable() ++
            ["-kernel", "logger", lists:flatten(Logger)],
    Named =
        case Name of
            undefined -> #{};
            _ -> #{name => Name, host => maps:get(host, Options, "localhost")}
        end,
    Start = Named#{
        %% The end of its input ends a node at once; what else peer offers waits for seconds.
        shutdown => close,
        longnames => maps:get(longnames, Options, false),
        connection => standard_io,
        wait_boot => maps:get(wait_boot, Options, ?PATIENCE_MS),
        args => Args,
        env => Env
    },
    Exec = maps:get(exec, Options, erl_command()),
    {ok, Control, Full} = peer:start_link(Start#{exec => Exec}),
    Pid = list_to_integer(peer:call(Control, os, getpid, [], ?PATIENCE_MS)),
    Node = #{control => Control, node => Full, log => Log, pid => Pid},
    _ = put(?MODULE, [Node | started()]),
    Node.

%% Ends the nodes that this process has started, and waits for that: others may take their names.
stop_all() ->
    Nodes = started(),
    lists:foreach(fun close/1, Nodes),
    lists:foreach(fun gone/1, Nodes),
    _ = put(?MODULE, []),
    ok.

close(#{control := Control}) ->
    try
        peer:stop(Control)
    catch
        %% It was ended before.
        exit:_ -> ok
    end.

gone(#{pid := Pid}) ->
    until(fun() -> not alive(Pid) end).

started() ->
    case get(?MODULE) of
        undefined -> [];
        Started -> Started
    end.

unique() ->
    integer_to_list(erlang:unique_integer([positive])).

stop(Node) ->
    ok = close(Node),
    gone(Node).

call(#{control := Control}, {Module, Function, Args}) ->
    peer:call(Control, Module, Function, Args, ?PATIENCE_MS).

log(#{log := Log}) ->
    case file:read_file(Log) of
        {ok, Text} -> Text;
        {error, enoent} -> <<>>
    end.

%% What a node has logged of crashes.
crashes(Node) ->
    [
        Line
     || Line <- binary:split(log(Node), <<"\n">>, [global]),
        binary:match(Line, [
            <<"CRASH">>, <<"crash">>, <<"terminating">>, <<"Error in process">>, <<"SUPERVISOR">>
        ]) =/= nomatch
    ].

%% Runs a node to its end; returns all that it printed.
erl(Port, Args, Env) ->
    Settings = [{"ERL_EPMD_PORT", integer_to_list(Port)}, {"ERL_CRASH_DUMP", "/dev/null"} | Env],
    {Erl, First} = erl_command(),
    Start = [{args, First ++ ["-noinput" | Args]}, {env, Settings}],
    Options = [stderr_to_stdout, exit_status, binary],
    output(open_port({spawn_executable, Erl}, Start ++ Options), <<>>).

output(Process, Said) ->
    receive
        {Process, {data, Data}} -> output(Process, <<Said/binary, Data/binary>>);
        {Process, {exit_status, Status}} -> {Status, Said}
    after ?PATIENCE_MS -> error({no_end, Said})
    end.

%% Waits for something to become true; fails with what it was.
until(Holds) ->
    until(Holds, ?PATIENCE_MS).

until(Holds, PatienceMs) ->
    until_deadline(Holds, erlang:monotonic_time(millisecond) + PatienceMs).

until_deadline(Holds, Deadline) ->
    case Holds() of
        true ->
            ok;
        Not ->
            erlang:monotonic_time(millisecond) < Deadline orelse error({still, Not}),
            receive
            after 10 -> until_deadline(Holds, Deadline)
            end
    end.
