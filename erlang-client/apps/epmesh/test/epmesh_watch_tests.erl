-module(epmesh_watch_tests).

-include_lib("eunit/include/eunit.hrl").

-define(WATCH, 1).

watch_test_() ->
    Cases = [
        {"a snapshot fills the table", fun fills/0},
        {"changes are applied", fun changes/0},
        {"a later snapshot ends what is not in it", fun later_snapshot/0},
        {"until its last part has come nothing ends", fun unfinished_snapshot/0},
        {"a peer started anew gets time to join", fun joining/0},
        {"a session that resumes asks for what has changed", fun resumes/0},
        {"after half a batch it asks for all", fun resumes_not/0},
        {"an unchanged name is no event", fun no_event/0},
        {"too many names are watched on demand", fun on_demand/0},
        {"the oldest of too many watched names is let go", fun oldest/0},
        {"another epmd for good ends all names", fun forgets/0},
        {"the end of a subscriber ends its events", fun subscriber_ends/0}
    ],
    {foreach,
        fun epmesh_names:create/0,
        fun(ok) ->
            true = ets:delete(epmesh_names),
            true = ets:delete(epmesh_kept)
        end,
        [{Title, Case} || {Title, Case} <- Cases]}.

fills() ->
    {[], Watch} = epmesh_watch:watched(?WATCH, snapshot(false, {1, 5}, [<<"a@h">>]), begun()),
    ?assertEqual({{10, 0, 0, 1}, 4000, 6}, epmesh_names:endpoint(<<"a@h">>)),
    ?assertEqual(undefined, epmesh_names:endpoint(<<"b@h">>)),
    ?assertEqual(all, epmesh_watch:kind(Watch)).

changes() ->
    Ref = epmesh_watch:subscribe(self()),
    Watch = filled([<<"a@h">>, <<"b@h">>]),
    Nodes = [record(<<"b@h">>, 4001), record(<<"c@h">>)],
    Changes = {watched, changes, false, {1, 6}, Nodes, [<<"a@h">>]},
    {[], _} = epmesh_watch:watched(?WATCH, Changes, Watch),
    ?assertEqual([<<"b@h">>, <<"c@h">>], known()),
    ?assertMatch(
        [
            {up, <<"a@h">>},
            {up, <<"b@h">>},
            {changed, <<"b@h">>},
            {up, <<"c@h">>},
            {down, <<"a@h">>}
        ],
        events(Ref)
    ).

later_snapshot() ->
    Watch = filled([<<"a@h">>, <<"b@h">>]),
    {[], _} = epmesh_watch:watched(?WATCH, snapshot(false, {1, 9}, [<<"b@h">>]), Watch),
    ?assertEqual([<<"b@h">>], known()).

unfinished_snapshot() ->
    Watch = filled([<<"a@h">>, <<"b@h">>]),
    {[], Part} = epmesh_watch:watched(?WATCH, snapshot(true, {1, 9}, [<<"c@h">>]), Watch),
    ?assertEqual([<<"a@h">>, <<"b@h">>, <<"c@h">>], known()),
    {[], _} = epmesh_watch:watched(?WATCH, snapshot(false, {1, 9}, [<<"a@h">>]), Part),
    ?assertEqual([<<"a@h">>, <<"c@h">>], known()).

joining() ->
    Watch = filled([<<"a@h">>, <<"b@h">>]),
    {[], Other} = epmesh_watch:watched(?WATCH, snapshot(false, {2, 1}, [<<"b@h">>]), Watch),
    ?assertEqual([<<"a@h">>, <<"b@h">>], known()),
    {[], Joined} = epmesh_watch:watched(
        ?WATCH, {watched, changes, false, {2, 2}, [record(<<"c@h">>)], []}, Other
    ),
    #{generation := Generation} = Joined,
    _ = epmesh_watch:sweep({sweep, Generation}, Joined),
    ?assertEqual([<<"b@h">>, <<"c@h">>], known()).

resumes() ->
    {Request, _} = epmesh_watch:begin_all(filled([<<"a@h">>])),
    ?assertEqual({watch, undefined, {1, 5}}, Request).

resumes_not() ->
    Watch = filled([<<"a@h">>]),
    {[], Part} = epmesh_watch:watched(?WATCH, snapshot(true, {1, 9}, [<<"c@h">>]), Watch),
    {Request, _} = epmesh_watch:begin_all(Part),
    ?assertEqual({watch, undefined, undefined}, Request).

no_event() ->
    Watch = filled([<<"a@h">>]),
    Ref = epmesh_watch:subscribe(self()),
    {[], _} = epmesh_watch:watched(?WATCH, snapshot(false, {1, 9}, [<<"a@h">>]), Watch),
    ?assertEqual([], events(Ref)).

on_demand() ->
    Many = [name(N) || N <- lists:seq(1, 10001)],
    {Requests, Watch} = epmesh_watch:watched(?WATCH, snapshot(true, {1, 5}, Many), begun()),
    ?assertEqual([{unwatch, ?WATCH}], Requests),
    ?assertEqual({on_demand, 0}, {epmesh_watch:kind(Watch), epmesh_names:size()}),

    %% What was under way is left aside.
    {[], Watch} = epmesh_watch:watched(?WATCH, snapshot(false, {1, 5}, Many), Watch),
    ?assertEqual(0, epmesh_names:size()),

    {[], {Begin, Named}} = epmesh_watch:found(<<"a@h">>, Watch),
    ?assertEqual({watch, <<"a@h">>, undefined}, Begin),
    Begun = epmesh_watch:begun(2, Named),
    {[], Begun} = epmesh_watch:watched(2, snapshot(false, {1, 5}, [<<"a@h">>]), Begun),
    ?assertEqual([<<"a@h">>], known()),
    ?assertEqual({[], none}, epmesh_watch:found(<<"a@h">>, Begun)),

    Gone = {watched, changes, false, {1, 6}, [], [<<"a@h">>]},
    {[], Begun} = epmesh_watch:watched(2, Gone, Begun),
    ?assertEqual([], known()),

    %% A new session begins with all.
    ?assertMatch({{watch, undefined, undefined}, _}, epmesh_watch:begin_all(Begun)).

oldest() ->
    Many = [name(N) || N <- lists:seq(1, 10001)],
    {_, Watch} = epmesh_watch:watched(?WATCH, snapshot(true, {1, 5}, Many), begun()),
    Full = lists:foldl(
        fun(N, W) ->
            {[], {_, Next}} = epmesh_watch:found(name(N), W),
            epmesh_watch:begun(N, Next)
        end,
        Watch,
        lists:seq(2, 251)
    ),
    {[], _} = epmesh_watch:watched(2, snapshot(false, {1, 5}, [name(2)]), Full),
    {Requests, {_, _}} = epmesh_watch:found(name(252), Full),
    ?assertEqual([{unwatch, 2}], Requests),
    ?assertEqual([], known()).

forgets() ->
    Ref = epmesh_watch:subscribe(self()),
    Watch = epmesh_watch:forget(filled([<<"a@h">>])),
    ?assertEqual([], known()),
    ?assertEqual([{up, <<"a@h">>}, {down, <<"a@h">>}], events(Ref)),
    ?assertMatch({{watch, undefined, undefined}, _}, epmesh_watch:begin_all(Watch)).

subscriber_ends() ->
    Ref = epmesh_watch:subscribe(self()),
    ok = epmesh_watch:subscriber_down({'DOWN', make_ref(), process, self(), normal}),
    _ = filled([<<"a@h">>]),
    ?assertEqual([], events(Ref)).

begun() ->
    {_, Watch} = epmesh_watch:begin_all(epmesh_watch:new()),
    epmesh_watch:begun(?WATCH, Watch).

filled(Nodes) ->
    {[], Watch} = epmesh_watch:watched(?WATCH, snapshot(false, {1, 5}, Nodes), begun()),
    Watch.

snapshot(More, Version, Nodes) ->
    {watched, snapshot, More, Version, [record(Node) || Node <- Nodes], []}.

record(Node) ->
    record(Node, 4000).

record(Node, Port) ->
    Raw =
        <<
            (byte_size(Node)):16, Node/binary, 0, 8:16, "10.0.0.1", Port:16, 77, 0, 0, 0, 0, 0:64,
            6:16, 5:16, 0, 0
        >>,
    {Node, {{10, 0, 0, 1}, Port, 6}, Raw}.

name(N) -> <<"n", (integer_to_binary(N))/binary, "@h">>.

known() -> lists:sort([Node || #{node := Node} <- epmesh_names:all()]).

events(Ref) ->
    receive
        {epmesh, Ref, {Change, #{node := Node}}} -> [{Change, Node} | events(Ref)]
    after 0 -> []
    end.
