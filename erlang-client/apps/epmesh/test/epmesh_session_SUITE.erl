%% The session against a peer of our own, which does what no real one does on demand.
-module(epmesh_session_SUITE).

-include_lib("common_test/include/ct.hrl").
-include_lib("stdlib/include/assert.hrl").

-compile([export_all, nowarn_export_all]).

all() ->
    [
        lookup_readsTheTable_whilePeerIsAway,
        reconnect_resumesTheWatch,
        registration_isRenewedWithCreationAndSecret,
        registration_taken_isRefusedAtBootAndRetriedLater,
        registration_ofAnOlderPeer_goesOverEpmd,
        garbage_endsTheSession_notTheNode,
        frameTooLong_endsTheSession,
        busyPeer_isToldAsReason,
        unansweredRequest_isATimeout,
        unansweredWrite_mayHaveHappened,
        unknownFrame_isSkipped,
        manyNames_areWatchedOnDemand,
        crashOfTheSession_keepsNamesAndSubscribers
    ].

init_per_testcase(Case, Config) ->
    ct:timetrap({seconds, 60}),
    ct:pal("~s", [Case]),
    Port = epmesh_world:listener(fake(self())),
    os:putenv("EPMESH_PEER", "127.0.0.1:" ++ integer_to_list(Port)),
    {ok, Sup} = epmesh_epmd:start(),
    [{sup, Sup} | Config].

end_per_testcase(_Case, Config) ->
    Sup = ?config(sup, Config),
    ok = epmesh_epmd:stop(),
    ?assertNot(is_process_alive(Sup)),
    os:unsetenv("EPMESH_PEER").

lookup_readsTheTable_whilePeerIsAway(_Config) ->
    Peer = welcomed(),
    Watch = watched(Peer, undefined),
    snapshot(Peer, Watch, [<<"a@h">>]),
    until_known(<<"a@h">>),
    hang_up(Peer),
    ?assertEqual({ok, {10, 0, 0, 1}, 4000, 6}, epmesh_epmd:address_please("a", "h", inet)),
    ?assertEqual(
        {ok, {0, 0, 0, 0, 0, 16#ffff, 16#0a00, 1}, 4000, 6},
        epmesh_epmd:address_please(a, h, inet6)
    ),
    ?assertEqual({port, 4000, 6}, epmesh_epmd:port_please("a", "h")),
    ?assertMatch([#{node := <<"a@h">>}], epmesh:names()),
    ?assertMatch({ok, #{port := 4000}}, epmesh:lookup('a@h')),
    ?assertMatch({ok, [{"a", 4000}]}, epmesh_epmd:names("h")).

reconnect_resumesTheWatch(_Config) ->
    Peer = welcomed(),
    snapshot(Peer, watched(Peer, undefined), [<<"a@h">>, <<"b@h">>]),
    until_known(<<"b@h">>),
    hang_up(Peer),
    Again = welcomed(),
    Watch = watched(Again, <<1:64, 5:64>>),
    {ok, Ref} = epmesh:subscribe(),
    answer(Again, Watch, 160, <<0, 0, 1:64, 6:64, 0:32, 1:32, 3:16, "a@h">>),
    receive
        {epmesh, Ref, Event} -> ?assertMatch({down, #{node := <<"a@h">>}}, Event)
    end,
    ?assertMatch([#{node := <<"b@h">>}], epmesh:names()),
    ok = epmesh:unsubscribe(Ref).

registration_isRenewedWithCreationAndSecret(_Config) ->
    Peer = welcomed(),
    {ok, 0} = epmesh_epmd:listen_port_please(x, "h"),
    Self = self(),
    spawn_link(fun() -> Self ! {created, epmesh_epmd:register_node(x, 4711, inet_tcp)} end),
    {Number, Body} = request(Peer, 40),
    ?assertEqual(<<3:16, "x@h", 4711:16, 77, 6:16, 5:16, 0, 0, 0>>, Body),
    answer(Peer, Number, 168, <<77:32, 32:16, 0:256>>),
    receive
        {created, Created} -> ?assertEqual({ok, 77}, Created)
    end,
    ?assertEqual({error, already_registered}, epmesh_epmd:register_node("x", 4711)),
    ?assertMatch(#{registration := #{registered := mesh}}, epmesh:info()),
    hang_up(Peer),
    %% This VM is no node, so there is no creation to tell; the secret is.
    {_, Again} = request(welcomed(), 40),
    ?assertEqual(<<3:16, "x@h", 4711:16, 77, 6:16, 5:16, 0, 0, 1, 32:16, 0:256>>, Again).

registration_taken_isRefusedAtBootAndRetriedLater(_Config) ->
    Peer = welcomed(),
    Self = self(),
    Register = fun() -> Self ! {created, epmesh_epmd:register_node(x, 4711, inet)} end,
    spawn_link(Register),
    {Number, <<1:16, "x", _/binary>>} = request(Peer, 40),
    answer(Peer, Number, 255, <<11:16, 1, 5:16, "taken">>),
    receive
        {created, Taken} -> ?assertEqual({error, duplicate_name}, Taken)
    end,
    ?assertMatch(#{registration := #{registered := no}}, epmesh:info()),
    spawn_link(Register),
    {Second, _} = request(Peer, 40),
    answer(Peer, Second, 168, <<77:32, 0:16>>),
    receive
        {created, Created} -> ?assertEqual({ok, 77}, Created)
    end,
    hang_up(Peer),
    Again = welcomed(),
    {Third, _} = request(Again, 40),
    answer(Again, Third, 255, <<11:16, 1, 5:16, "taken">>),
    %% Two seconds later.
    {_, <<1:16, "x", _/binary>>} = request(Again, 40).

registration_ofAnOlderPeer_goesOverEpmd(_Config) ->
    Peer = welcomed(),
    Self = self(),
    spawn_link(fun() -> Self ! {created, epmesh_epmd:register_node(x, 4711, inet)} end),
    {Number, _} = request(Peer, 40),
    answer(Peer, Number, 255, <<2:16, 1, 7:16, "unknown">>),
    Epmd = accepted(),
    <<$x, 4711:16, _/binary>> = received(Epmd, 2),
    Epmd ! {send, <<$v, 0, 99:32>>},
    receive
        {created, Created} -> ?assertEqual({ok, 99}, Created)
    end,
    ?assertMatch(#{link := up, registration := #{registered := epmd}}, epmesh:info()).

garbage_endsTheSession_notTheNode(_Config) ->
    Session = whereis(epmesh_session),
    [
        begin
            Peer = welcomed(),
            snapshot(Peer, watched(Peer), [<<"a@h">>]),
            until_known(<<"a@h">>),
            Peer ! {send, Garbage}
        end
     || Garbage <- [
            <<"HTTP/1.1 400 Bad Request\r\n\r\n">>,
            <<0:32>>,
            <<5:32, 160, 1:32>>,
            <<9:32, 130, 1:32, 1, 0:24>>,
            crypto:strong_rand_bytes(1000)
        ]
    ],
    _ = welcomed(),
    ?assertEqual(Session, whereis(epmesh_session)),
    ?assertEqual({port, 4000, 6}, epmesh_epmd:port_please("a", "h")).

frameTooLong_endsTheSession(_Config) ->
    Peer = welcomed(),
    Peer ! {send, <<1048577:32>>},
    _ = welcomed(),
    ok.

busyPeer_isToldAsReason(_Config) ->
    Peer = greeted(),
    answer(Peer, 0, 255, <<10:16, 1, 4:16, "busy">>),
    epmesh_world:until(fun() ->
        case epmesh:info() of
            #{link := {down, {busy, <<"busy">>}}} -> true;
            Other -> Other
        end
    end),
    ?assertEqual({error, no_peer}, epmesh:add_node('b@h', 8002)).

unansweredRequest_isATimeout(_Config) ->
    _ = welcomed(),
    ?assertEqual({error, timeout}, epmesh_session:request({lookup, <<"a@h">>}, 100)),
    %% The callback goes on to the resolver.
    ?assertEqual({error, nxdomain}, epmesh_epmd:address_please("a", "no.such.host.invalid", inet)).

unansweredWrite_mayHaveHappened(_Config) ->
    Peer = welcomed(),
    Self = self(),
    spawn_link(fun() -> Self ! {added, epmesh:add_node('b@h', 8002)} end),
    _ = request(Peer, 5),
    hang_up(Peer),
    receive
        {added, Added} -> ?assertMatch({error, {outcome_unknown, _}}, Added)
    end.

unknownFrame_isSkipped(_Config) ->
    Peer = welcomed(),
    Watch = watched(Peer, undefined),
    answer(Peer, 12345, 200, <<"of a version to come">>),
    answer(Peer, 12345, 130, <<0>>),
    snapshot(Peer, Watch, [<<"a@h">>]),
    until_known(<<"a@h">>).

manyNames_areWatchedOnDemand(_Config) ->
    Peer = welcomed(),
    Watch = watched(Peer, undefined),
    Many = [<<"n", (integer_to_binary(N))/binary, "@h">> || N <- lists:seq(1, 10001)],
    [
        answer(Peer, Watch, 160, [<<1, 1, 1:64, 5:64>>, records(Part), <<0:32>>])
     || Part <- parts(Many)
    ],
    {Unwatch, <<Watch:32>>} = request(Peer, 33),
    answer(Peer, Unwatch, 161, <<>>),
    ?assertMatch(#{watch := on_demand, names := 0}, epmesh:info()),

    Self = self(),
    spawn_link(fun() -> Self ! {found, epmesh_epmd:address_please("a", "h", inet)} end),
    {Lookup, <<3:16, "a@h">>} = request(Peer, 2),
    answer(Peer, Lookup, 130, <<1, (record(<<"a@h">>))/binary>>),
    receive
        {found, Found} -> ?assertEqual({ok, {10, 0, 0, 1}, 4000, 6}, Found)
    end,
    {Named, <<1, 3:16, "a@h", 0>>} = request(Peer, 32),
    snapshot(Peer, Named, [<<"a@h">>]),
    until_known(<<"a@h">>).

crashOfTheSession_keepsNamesAndSubscribers(_Config) ->
    Peer = welcomed(),
    snapshot(Peer, watched(Peer, undefined), [<<"a@h">>]),
    until_known(<<"a@h">>),
    {ok, Ref} = epmesh:subscribe(),
    exit(whereis(epmesh_session), kill),
    ?assertEqual({port, 4000, 6}, epmesh_epmd:port_please("a", "h")),
    Again = welcomed(),
    snapshot(Again, watched(Again, undefined), [<<"b@h">>]),
    Heard = [receive {epmesh, Ref, {C, #{node := N}}} -> {C, N} end || _ <- [1, 2]],
    ?assertEqual([{down, <<"a@h">>}, {up, <<"b@h">>}], lists:sort(Heard)).

%% The peer: a process for each connection, that tells the test what comes and sends what it says.

fake(Test) ->
    fun(Socket) ->
        Test ! {accepted, self()},
        ok = inet:setopts(Socket, [{active, true}]),
        serve(Test, Socket)
    end.

serve(Test, Socket) ->
    receive
        {tcp, Socket, Data} ->
            Test ! {got, self(), Data},
            serve(Test, Socket);
        {tcp_closed, Socket} ->
            ok;
        {send, Data} ->
            ok = gen_tcp:send(Socket, Data),
            serve(Test, Socket);
        hang_up ->
            gen_tcp:close(Socket)
    end.

accepted() ->
    receive
        {accepted, Peer} ->
            put(Peer, <<>>),
            Peer
    end.

%% Takes a frame whose length has so many bytes.
received(Peer, LengthBytes) ->
    Before = get(Peer),
    case Before of
        <<Length:LengthBytes/unit:8, Frame:Length/binary, Rest/binary>> ->
            put(Peer, Rest),
            Frame;
        _ ->
            receive
                {got, Peer, Data} ->
                    put(Peer, <<Before/binary, Data/binary>>),
                    received(Peer, LengthBytes)
            end
    end.

greeted() ->
    Peer = accepted(),
    <<77, 1:16, 1:16, 0:16, 0:16, 0:32>> = received(Peer, 2),
    Peer.

welcomed() ->
    Peer = greeted(),
    answer(Peer, 0, 128, <<1:16, 2:16, "id", 6:16, "epmesh", 1:16, "1", 0:32>>),
    Peer.

%% The next request of a type; returns its number and body. Others are left aside.
request(Peer, Type) ->
    case received(Peer, 4) of
        <<Type, Number:32, Body/binary>> -> {Number, Body};
        _ -> request(Peer, Type)
    end.

watched(Peer) ->
    {Number, _} = request(Peer, 32),
    Number.

watched(Peer, Since) ->
    {Number, Body} = request(Peer, 32),
    Expected =
        case Since of
            undefined -> <<0, 0>>;
            _ -> <<0, 1, Since/binary>>
        end,
    ?assertEqual(Expected, Body),
    Number.

snapshot(Peer, Watch, Names) ->
    answer(Peer, Watch, 160, [<<1, 0, 1:64, 5:64>>, records(Names), <<0:32>>]).

records(Names) ->
    [<<(length(Names)):32>> | lists:map(fun record/1, Names)].

record(Name) ->
    Fields =
        <<
            (byte_size(Name)):16, Name/binary, 0, 8:16, "10.0.0.1", 4000:16, 77, 0, 0, 0, 0, 0:64,
            6:16, 5:16, 0, 0
        >>,
    <<(byte_size(Fields)):32, Fields/binary>>.

parts([]) -> [];
parts(Names) when length(Names) > 1000 ->
    {Part, Others} = lists:split(1000, Names),
    [Part | parts(Others)];
parts(Names) -> [Names].

answer(Peer, Number, Type, Body) ->
    Peer ! {send, [<<(iolist_size(Body) + 5):32, Type, Number:32>>, Body]},
    ok.

hang_up(Peer) ->
    Peer ! hang_up,
    ok.

until_known(Node) ->
    epmesh_world:until(fun() -> epmesh_names:endpoint(Node) =/= undefined end).
