%% bin/bench client: look-ups by epmesh_epmd beside those of erl_epmd to the C epmd, in turn, in one
%% run; then how long net_kernel is kept by the module while the peer is stopped. Prints Markdown.
%%
%% Runs in a VM with -epmd_port of a C epmd, and EPMESH_PEER of a peer, and makes a node "n" known
%% to both, at a port that takes no connections.
-module(epmesh_bench).

-export([main/1]).

-define(CALLS, 2000).
-define(CONNECTS, 2000).

%% Arguments: pairs of runs, port of the C epmd, port and process id of the peer.
main([Pairs, EpmdPort, PeerPort, PeerPid]) ->
    {ok, _} = application:ensure_all_started(epmesh),
    _Held = [register_n(list_to_integer(Port)) || Port <- [EpmdPort, PeerPort]],
    {ok, Host} = inet:gethostname(),
    Node = iolist_to_binary(["n@", Host]),
    ok = filled(Node),
    lookups(list_to_integer(Pairs), Host),
    blocking(PeerPid, Node, Host),
    halt(0).

register_n(Port) ->
    {ok, Socket} = gen_tcp:connect({127, 0, 0, 1}, Port, [binary, {active, false}]),
    Own = #{node => <<"n">>, port => 1, highest => 6, lowest => 5},
    ok = gen_tcp:send(Socket, epmesh_alive:request(Own)),
    {ok, Reply} = gen_tcp:recv(Socket, 6),
    {ok, _} = epmesh_alive:reply(Reply),
    Socket.

filled(Node) ->
    filled(Node, 500).

filled(Node, 0) ->
    io:format(standard_error, "bench: the peer does not know ~ts~n", [Node]),
    halt(2);
filled(Node, Tries) ->
    case epmesh_names:endpoint(Node) of
        undefined ->
            receive
            after 10 -> filled(Node, Tries - 1)
            end;
        _ ->
            ok
    end.

lookups(Pairs, Host) ->
    Loopback = {127, 0, 0, 1},
    Rows = [
        {"port_please/2", fun() -> {port, _, _} = erl_epmd:port_please("n", Loopback) end, fun() ->
            {port, _, _} = epmesh_epmd:port_please("n", Host)
        end},
        {"a whole look-up", fun() ->
            {ok, Address} = erl_epmd:address_please("n", Host, inet),
            {port, _, _} = erl_epmd:port_please("n", Address)
        end, fun() -> {ok, _, _, _} = epmesh_epmd:address_please("n", Host, inet) end}
    ],
    io:format(
        "~b pairs of runs of ~b calls, one process; microseconds a call: median of the runs' means "
        "[lowest..highest]~n~n"
        "| look-up | erl_epmd to epmd | epmesh_epmd | ratio of the pairs |~n|---|---|---|---|~n",
        [Pairs, ?CALLS]
    ),
    lists:foreach(
        fun({What, Theirs, Ours}) ->
            _ = {mean(Theirs), mean(Ours)},
            Results = [{mean(Theirs), mean(Ours)} || _ <- lists:seq(1, Pairs)],
            {T, O} = lists:unzip(Results),
            Ratios = [A / B || {A, B} <- Results],
            io:format("| ~s | ~s | ~s | ~s |~n", [What, spread(T), spread(O), spread(Ratios)])
        end,
        Rows
    ).

mean(Call) ->
    Start = erlang:monotonic_time(nanosecond),
    ok = repeat(Call, ?CALLS),
    (erlang:monotonic_time(nanosecond) - Start) / ?CALLS / 1000.

repeat(_Call, 0) ->
    ok;
repeat(Call, N) ->
    _ = Call(),
    repeat(Call, N - 1).

spread(Values) ->
    Sorted = lists:sort(Values),
    io_lib:format("~s [~s..~s]", [
        figure(lists:nth((length(Sorted) + 1) div 2, Sorted)),
        figure(hd(Sorted)),
        figure(lists:last(Sorted))
    ]).

figure(Value) when Value >= 100 -> io_lib:format("~b", [round(Value)]);
figure(Value) -> io_lib:format("~.2f", [Value]).

%% Traces the module's function inside net_kernel, which OTP 24 and 25 call there.
blocking(PeerPid, Node, Host) ->
    {ok, _} = net_kernel:start([list_to_atom("bench@" ++ Host), shortnames]),
    [] = os:cmd("kill -STOP " ++ PeerPid),
    _ = erlang:trace(whereis(net_kernel), true, [call, monotonic_timestamp]),
    1 = erlang:trace_pattern({epmesh_epmd, address_please, 3}, [{'_', [], [{return_trace}]}], []),
    Known = binary_to_atom(Node),
    Times = lists:append([
        connect(Try)
     || N <- lists:seq(1, ?CONNECTS div 2),
        %% Unknown ones wait for the peer, so each needs a name of its own.
        Try <- [Known, list_to_atom("nobody" ++ integer_to_list(N) ++ "@" ++ Host)]
    ]),
    [] = os:cmd("kill -CONT " ++ PeerPid),
    Sorted = lists:sort(Times),
    Count = length(Sorted),
    io:format(
        "~n~b connections tried while the peer is stopped, half of them to a known name: "
        "epmesh_epmd kept net_kernel ~s~n",
        [
            ?CONNECTS,
            case Count of
                0 ->
                    "never (this OTP does not ask there)";
                _ ->
                    io_lib:format(
                        "(~b calls, microseconds): p50 ~s, p99 ~s, p99.9 ~s, most ~s",
                        [Count] ++ [figure(quantile(Sorted, Q)) || Q <- [0.5, 0.99, 0.999, 1.0]]
                    )
            end
        ]
    ).

%% A connection that cannot succeed: n's port takes none.
connect(Node) ->
    {Pid, Mon} = spawn_monitor(fun() -> net_kernel:connect_node(Node) end),
    Times = times(undefined),
    receive
        {'DOWN', Mon, process, Pid, _} -> Times
    after 20 -> Times
    end.

times(Called) ->
    receive
        {trace_ts, _, call, _, At} -> times(At);
        {trace_ts, _, return_from, _, _, At} -> [(At - Called) / 1000]
    after 2000 -> []
    end.

quantile(Sorted, Q) ->
    lists:nth(max(1, ceil(Q * length(Sorted))), Sorted).
