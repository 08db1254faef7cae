%% What the mesh knows, for programs: docs/erlang-client.md.
%%
%% Node names come as binaries, for whoever may register a name anywhere in the mesh could else
%% fill this node's atom table; they go in as atoms, strings or binaries.
-module(epmesh).

-export([add_node/2, add_node/3, remove_node/1, list_nodes/0]).
-export([names/0, lookup/1, subscribe/0, unsubscribe/1, info/0]).
-export([cut_cables/2, cut_cables/3, fix_cables/2, fix_cables/0, cables/0]).

-export_type([name/0, entry/0, mapping/0, event/0, reason/0, side/0, cut_options/0]).

-define(ASK_MS, 5000).

%% A full node name.
-type name() :: node() | string() | binary().
-type entry() :: epmesh_codec:node_info().
-type mapping() :: epmesh_codec:mapping().
-type event() :: {epmesh, Subscription :: reference(), {up | down | changed, entry()}}.

%% Of cables: full names, patterns such as '*@h1', or host names; one, or a list of them.
-type side() :: atom() | binary() | [name()].
-type cut_options() :: #{
    one_way => boolean(),
    treatment => stall | reset,
    %% Milliseconds; 10 minutes if not given.
    for => pos_integer() | ever
}.

-type reason() ::
    {bad_name, term()}
    | {bad_option, term()}
    | {bad_port, term()}
    | {bad_host, term()}
    %% The node's host does not resolve where the peer is.
    | nxdomain
    %% The write may have happened.
    | {outcome_unknown, binary()}
    | epmesh_operator:failure()
    | epmesh_session:failure().

%% Lets all nodes of the mesh find a node that its own host's epmd does not know.
-spec add_node(name(), inet:port_number()) -> ok | {error, reason()}.
add_node(Node, Port) ->
    add(Node, {ok, undefined}, Port).

%% The same, where the node is reached at another host or address than its name says.
-spec add_node(name(), Host :: inet:ip_address() | epmesh_text:text(), inet:port_number()) ->
    ok | {error, reason()}.
add_node(Node, Host, Port) when is_tuple(Host) ->
    case inet:ntoa(Host) of
        {error, einval} -> {error, {bad_host, Host}};
        Text -> add(Node, {ok, list_to_binary(Text)}, Port)
    end;
add_node(Node, Host, Port) ->
    case text(Host) of
        {ok, <<>>} -> {error, {bad_host, Host}};
        {ok, Text} -> add(Node, {ok, Text}, Port);
        error -> {error, {bad_host, Host}}
    end.

add(_Node, _Host, Port) when not is_integer(Port); Port < 1; Port > 65535 ->
    {error, {bad_port, Port}};
add(Node, {ok, Host}, Port) ->
    with_name(Node, fun(Name) -> write({add_mapping, Name, Host, Port}) end).

%% A node without a mapping counts as removed. One that is registered stays.
-spec remove_node(name()) -> ok | {error, reason()}.
remove_node(Node) ->
    with_name(Node, fun(Name) -> write({remove_mapping, Name}) end).

%% The mappings of the mesh.
-spec list_nodes() -> [mapping()] | {error, reason()}.
list_nodes() ->
    ask_list(mappings).

%% All names of the mesh.
-spec names() -> [entry()] | {error, reason()}.
names() ->
    case epmesh_session:info() of
        #{watch := all} -> epmesh_names:all();
        #{link := {down, _}, names := Known} when Known > 0 -> epmesh_names:all();
        _ -> listed(ask_list(names))
    end.

listed({error, _} = Error) -> Error;
listed(Records) -> [epmesh_codec:node_info(Record) || {_, _, Record} <- Records].

%% Where a node is.
-spec lookup(name()) -> {ok, entry()} | {error, not_found | reason()}.
lookup(Node) ->
    with_name(Node, fun(Name) ->
        case epmesh_names:info(Name) of
            undefined -> ask_for(Name);
            Entry -> {ok, Entry}
        end
    end).

ask_for(Name) ->
    case epmesh_session:request({lookup, Name}, ?ASK_MS) of
        {ok, undefined} -> {error, not_found};
        {ok, {_, _, Record}} -> {ok, epmesh_codec:node_info(Record)};
        {error, _} = Error -> Error
    end.

%% Sends the caller an event() for each change, until it ends or unsubscribes. Who asks for names/0
%% after that misses nothing.
-spec subscribe() -> {ok, reference()} | {error, no_peer}.
subscribe() ->
    epmesh_session:subscribe(self()).

%% No event comes any more when this has returned.
-spec unsubscribe(reference()) -> ok.
unsubscribe(Ref) ->
    ok = epmesh_session:unsubscribe(Ref),
    flush(Ref).

flush(Ref) ->
    receive
        {epmesh, Ref, _} -> flush(Ref)
    after 0 -> ok
    end.

%% Cuts the cables between the nodes of two sides, for ten minutes. The remarks say what it does not
%% cut: none is all well.
-spec cut_cables(side(), side()) -> {ok, [epmesh_codec:remark()]} | {error, reason()}.
cut_cables(Left, Right) ->
    cut_cables(Left, Right, #{}).

-spec cut_cables(side(), side(), cut_options()) ->
    {ok, [epmesh_codec:remark()]} | {error, reason()}.
cut_cables(Left, Right, Options) ->
    Known = #{one_way => false, treatment => stall, for => 600000},
    case maps:merge(Known, Options) of
        #{one_way := OneWay, treatment := Treatment, for := For} = All when
            map_size(All) =:= map_size(Known),
            is_boolean(OneWay),
            Treatment =:= stall orelse Treatment =:= reset,
            For =:= ever orelse (is_integer(For) andalso For > 0)
        ->
            Millis =
                case For of
                    ever -> undefined;
                    _ -> For
                end,
            with_sides(Left, Right, fun(Sides) ->
                order({cut, Sides, OneWay, Treatment, Millis})
            end);
        _ ->
            {error, {bad_option, Options}}
    end.

%% Fixes what was cut or slowed between the nodes of two sides: whole cuts, not parts of one.
-spec fix_cables(side(), side()) -> ok | {error, reason()}.
fix_cables(Left, Right) ->
    with_sides(Left, Right, fun(Sides) -> fixed(order({fix, Sides})) end).

%% Fixes all that was cut or slowed.
-spec fix_cables() -> ok | {error, reason()}.
fix_cables() ->
    fixed(order({fix, undefined})).

%% What is cut or slowed, and the cables of the mesh.
-spec cables() -> [epmesh_codec:row()] | {error, reason()}.
cables() ->
    ask_list(cables).

fixed({ok, _}) -> ok;
fixed({error, _} = Error) -> Error.

with_sides(Left, Right, Do) ->
    case {side(Left), side(Right)} of
        {{ok, Ours}, {ok, Theirs}} -> Do({Ours, Theirs});
        {{error, _} = Error, _} -> Error;
        {_, Error} -> Error
    end.

%% A string is one name, a list of anything else several.
side([Char | _] = Name) when is_integer(Char) -> side([Name]);
side(Name) when not is_list(Name) -> side([Name]);
side(Names) -> side(Names, []).

side([], Texts) ->
    {ok, lists:reverse(Texts)};
side([Name | Names], Texts) ->
    case text(Name) of
        {ok, Text} -> side(Names, [Text | Texts]);
        error -> {error, {bad_name, Name}}
    end;
side(Other, _Texts) ->
    {error, {bad_name, Other}}.

order(Request) -> outcome(epmesh_operator:write(Request, ?ASK_MS)).

%% How things stand: link, peer, registration.
-spec info() -> #{atom() => term()}.
info() ->
    Peer =
        case epmesh_connector:peer() of
            {ok, {[Host | _], Port}} -> {Host, Port};
            {error, Reason} -> Reason
        end,
    maps:merge(
        (epmesh_session:info())#{asks => Peer}, #{registration => epmesh_registration:info()}
    ).

with_name(Node, Do) ->
    case text(Node) of
        {ok, Name} ->
            case binary:split(Name, <<"@">>, [global]) of
                [Short, Host] when Short =/= <<>>, Host =/= <<>> -> Do(Name);
                _ -> {error, {bad_name, Node}}
            end;
        error ->
            {error, {bad_name, Node}}
    end.

text(Text) -> epmesh_text:to_binary(Text).

write(Request) ->
    case outcome(epmesh_operator:write(Request, ?ASK_MS)) of
        {ok, ok} -> ok;
        {error, {refused, <<"nxdomain", _/binary>>}} -> {error, nxdomain};
        {error, _} = Error -> Error
    end.

outcome({error, timeout}) -> {error, {outcome_unknown, <<"the peer did not answer in time">>}};
outcome({error, closed}) -> {error, {outcome_unknown, <<"the peer closed the session">>}};
outcome(Outcome) -> Outcome.

ask_list(Request) ->
    case epmesh_session:request(Request, ?ASK_MS) of
        {ok, List} -> List;
        {error, _} = Error -> Error
    end.
