%% Connects to the nodes of the mesh as they appear: {epmesh, [{auto_connect, true}]}, or a
%% pattern, "app*@*", of their full names. Ends at once where that is not wanted.
-module(epmesh_autoconnect).

-behaviour(gen_server).

-export([start_link/0, matches/2]).
-export([init/1, handle_continue/2, handle_call/3, handle_cast/2, handle_info/2]).

%% Longer names can be registered, but no node has one: an atom would not hold it.
-define(MOST_CHARACTERS, 255).
%% A connection that failed or broke is tried again at this pace: nothing else tells that a
%% partition has ended.
-define(AGAIN_MS, 10000).

-spec start_link() -> {ok, pid()} | ignore | {error, term()}.
start_link() ->
    case application:get_env(epmesh, auto_connect, false) of
        false -> ignore;
        true -> start_link(<<"*">>);
        Pattern -> start_link(unicode:characters_to_binary(Pattern))
    end.

start_link(Pattern) ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, Pattern, []).

init(Pattern) ->
    {ok, #{pattern => Pattern}, {continue, subscribe}}.

handle_continue(subscribe, State) ->
    {ok, _Ref} = epmesh:subscribe(),
    {noreply, again(State)}.

handle_call(_, _From, State) ->
    {reply, {error, badarg}, State}.

handle_cast(_, State) ->
    {noreply, State}.

handle_info({epmesh, _, {Change, Entry}}, State) when Change =:= up; Change =:= changed ->
    ok = connect([Entry], State),
    {noreply, State};
handle_info({timeout, _, again}, State) ->
    {noreply, again(State)};
handle_info(_, State) ->
    {noreply, State}.

again(State) ->
    case epmesh:names() of
        {error, _} -> ok;
        Entries -> ok = connect(Entries, State)
    end,
    _ = erlang:start_timer(?AGAIN_MS, self(), again),
    State.

%% Only what matches becomes an atom. A connection may take seconds, so none waits for another.
connect(Entries, #{pattern := Pattern}) ->
    Connected = [atom_to_binary(Node, utf8) || Node <- [node() | nodes(connected)]],
    Wanted = [
        Node
     || #{node := Node, type := normal} <- Entries,
        is_alive(),
        matches(Node, Pattern),
        not lists:member(Node, Connected)
    ],
    lists:foreach(
        fun(Node) -> spawn(net_kernel, connect_node, [binary_to_atom(Node, utf8)]) end, Wanted
    ).

%% Whether a name is a node's and fits a pattern, which has * for any characters and ? for one.
-spec matches(binary(), binary()) -> boolean().
matches(Text, Pattern) ->
    Escaped = re:replace(Pattern, "[^A-Za-z0-9*?_@-]", "\\\\&", [global, unicode]),
    Any = re:replace(Escaped, "\\*", ".*", [global, unicode]),
    One = re:replace(Any, "\\?", ".", [global, unicode]),
    length(unicode:characters_to_list(Text)) =< ?MOST_CHARACTERS andalso
        re:run(Text, ["^", One, "$"], [unicode, dotall, {capture, none}]) =:= match.
