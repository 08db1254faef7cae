%% What the session knows of its watch, and what to do with what the peer says of it: fills
%% epmesh_names, tells subscribers. Runs in the session's process.
%%
%% A mesh of more than ?MOST_NAMES names is watched on demand: the name that was looked up, from
%% then on, of which the oldest is let go.
-module(epmesh_watch).

-export([new/0, kind/1, begin_all/1, begun/2, watched/3, failed/3, found/2, sweep/2, forget/1]).
-export([subscribe/1, unsubscribe/1, subscriber_down/1]).

-export_type([watch/0]).

-define(MOST_NAMES, 10000).
%% A session has at most 256 watches.
-define(MOST_WATCHED, 250).
%% A peer that was started anew may know less than the one before, for as long as it joins.
-define(JOINING_MS, 5000).

-type watch() :: #{
    kind := all | on_demand | none,
    %% Number of the watch of all.
    number := pos_integer() | undefined,
    %% What is known, of all; undefined while parts are missing.
    version := epmesh_codec:version() | undefined,
    run := integer() | undefined,
    generation := non_neg_integer(),
    filling := boolean(),
    %% On demand: the watched names by number, the oldest first.
    named := [{pos_integer(), binary()}],
    %% The name whose watch is begun next.
    begins := all | binary()
}.

-type request() :: epmesh_codec:request().

-spec new() -> watch().
new() ->
    _ = [erlang:monitor(process, Pid) || {_, Pid} <- subscribers()],
    #{
        kind => none,
        number => undefined,
        version => undefined,
        run => undefined,
        %% Of a session process that crashed rows may be left; they are swept.
        generation => erlang:unique_integer([positive]),
        filling => false,
        named => [],
        begins => all
    }.

-spec kind(watch()) -> all | on_demand | none.
kind(#{kind := Kind}) -> Kind.

%% For a new session: the watch goes on where the one before ended.
-spec begin_all(watch()) -> {request(), watch()}.
begin_all(#{version := Since} = Watch) ->
    Begin = Watch#{kind := none, filling := false, named := [], begins := all},
    {{watch, undefined, Since}, Begin}.

%% The request is sent under this number.
-spec begun(pos_integer(), watch()) -> watch().
begun(Number, #{begins := all} = Watch) ->
    Watch#{number := Number};
begun(Number, #{begins := Node, named := Named} = Watch) ->
    Watch#{named := Named ++ [{Number, Node}], begins := all}.

%% The peer does not watch for us, as it says.
-spec failed(pos_integer(), term(), watch()) -> watch().
failed(Number, _Reason, #{number := Number} = Watch) ->
    Watch#{kind := none, number := undefined};
failed(Number, _Reason, #{named := Named} = Watch) ->
    Watch#{named := lists:keydelete(Number, 1, Named)}.

%% A look-up found a name that is not in the table; returns what to watch for that.
-spec found(binary(), watch()) -> {[request()], Begin :: {request(), watch()} | none}.
found(Node, #{kind := on_demand, named := Named} = Watch) ->
    case lists:keymember(Node, 2, Named) orelse has_wildcard(Node) of
        true ->
            {[], none};
        false ->
            {Ended, Kept} = oldest(Named),
            Begin = Watch#{named := Kept, begins := Node},
            {Ended, {{watch, Node, undefined}, Begin}}
    end;
found(_Node, _Watch) ->
    {[], none}.

oldest([{Number, Node} | Others] = Named) when length(Named) >= ?MOST_WATCHED ->
    _ = take(Node),
    {[{unwatch, Number}], Others};
oldest(Named) ->
    {[], Named}.

has_wildcard(Node) ->
    binary:match(Node, [<<"*">>, <<"?">>, <<"[">>, <<"\\">>]) =/= nomatch.

%% A part of what the peer says; returns what it is to be told.
-spec watched(pos_integer(), tuple(), watch()) -> {[request()], watch()}.
watched(Number, {watched, Kind, More, Version, Nodes, Gone}, #{number := Number} = Watch) ->
    #{generation := Generation} = Filling = filling(Kind, Watch),
    lists:foreach(fun(Node) -> enter(Node, Generation) end, Nodes),
    lists:foreach(fun take/1, Gone),
    case epmesh_names:size() > ?MOST_NAMES of
        true ->
            ok = epmesh_names:clear(),
            {[{unwatch, Number}], Filling#{
                kind := on_demand, number := undefined, version := undefined, filling := false
            }};
        false when More ->
            {[], Filling#{version := undefined}};
        false ->
            {[], complete(Version, Filling)}
    end;
watched(Number, {watched, Kind, _More, _Version, Nodes, Gone}, #{named := Named} = Watch) ->
    case lists:keyfind(Number, 1, Named) of
        {_, Name} ->
            Ended = [Name || Kind =:= snapshot, Nodes =:= []] ++ Gone,
            lists:foreach(fun(Node) -> enter(Node, 0) end, Nodes),
            lists:foreach(fun take/1, Ended);
        false ->
            %% Under way when it was ended.
            ok
    end,
    {[], Watch}.

filling(snapshot, #{filling := false, generation := Generation} = Watch) ->
    Watch#{filling := true, generation := Generation + 1};
filling(_, Watch) ->
    Watch.

complete({Run, _} = Version, #{filling := Filling, run := Before} = Watch) ->
    Complete = Watch#{kind := all, version := Version, run := Run, filling := false},
    case Filling of
        true when Before =:= undefined; Before =:= Run -> sweep(Complete);
        true -> sweep_later(Complete);
        false -> Complete
    end.

sweep_later(#{generation := Generation} = Watch) ->
    _ = erlang:start_timer(?JOINING_MS, self(), {sweep, Generation}),
    Watch.

sweep(#{generation := Generation} = Watch) ->
    lists:foreach(fun(Record) -> tell(down, Record) end, epmesh_names:sweep(Generation)),
    Watch.

%% The time of a peer that joins is over; another snapshot may have begun meanwhile.
-spec sweep({sweep, non_neg_integer()}, watch()) -> watch().
sweep({sweep, Generation}, #{generation := Generation, filling := false, kind := all} = Watch) ->
    sweep(Watch);
sweep(_, Watch) ->
    Watch.

%% Another epmd is in the peer's place for good.
-spec forget(watch()) -> watch().
forget(#{generation := Generation} = Watch) ->
    sweep(Watch#{kind := none, version := undefined, generation := Generation + 1}).

enter({_, _, Record} = Node, Generation) ->
    case epmesh_names:put(Node, Generation) of
        same -> ok;
        Change -> tell(Change, Record)
    end.

take(Node) ->
    lists:foreach(fun(Record) -> tell(down, Record) end, epmesh_names:remove(Node)).

%% Subscribers, who are kept where a crash of the session does not reach.

-spec subscribe(pid()) -> reference().
subscribe(Pid) ->
    Ref = make_ref(),
    _ = erlang:monitor(process, Pid),
    ok = epmesh_names:set({subscriber, Ref}, Pid),
    Ref.

-spec unsubscribe(reference()) -> ok.
unsubscribe(Ref) ->
    epmesh_names:unset({subscriber, Ref}).

-spec subscriber_down(tuple()) -> ok.
subscriber_down({'DOWN', _, process, Pid, _}) ->
    lists:foreach(fun unsubscribe/1, [Ref || {Ref, P} <- subscribers(), P =:= Pid]).

subscribers() ->
    [{Ref, Pid} || {{subscriber, Ref}, Pid} <- epmesh_names:kept()].

tell(Change, Record) ->
    case subscribers() of
        [] ->
            ok;
        Subscribers ->
            Event = {Change, epmesh_codec:node_info(Record)},
            lists:foreach(fun({Ref, Pid}) -> Pid ! {epmesh, Ref, Event} end, Subscribers)
    end.
