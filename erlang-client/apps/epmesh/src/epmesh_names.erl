%% The table of names that the watch fills; look-ups read it in their own process, without a
%% socket. Rows: {FullName, {Address, Port, Version}, Record, Generation}. Owned by epmesh_sup, so
%% that it outlives the session; written by the session alone.
%%
%% A generation is what one snapshot says and all changes to it; sweep/1 ends the former ones.
-module(epmesh_names).

-export([create/0, put/2, remove/1, sweep/1, clear/0, endpoint/1, info/1, all/0, size/0]).
-export([set/2, unset/1, get/2, kept/0]).

-export_type([endpoint/0]).

-define(NAMES, epmesh_names).
%% What must outlive a crash of whoever knows it: own registration, subscribers.
-define(KEPT, epmesh_kept).

%% A host name stands in place of an address where the peer knows none.
-type endpoint() :: {inet:ip_address() | string(), inet:port_number(), Version :: 5..6}.

-spec create() -> ok.
create() ->
    ?NAMES = ets:new(?NAMES, [named_table, public, {read_concurrency, true}]),
    ?KEPT = ets:new(?KEPT, [named_table, public]),
    ok.

%% Returns what that makes of the name.
-spec put(epmesh_codec:node_record(), non_neg_integer()) -> up | changed | same.
put({Node, Endpoint, Record}, Generation) ->
    Before = ets:lookup(?NAMES, Node),
    true = ets:insert(?NAMES, {Node, Endpoint, Record, Generation}),
    case Before of
        [] -> up;
        [{_, _, Record, _}] -> same;
        [_] -> changed
    end.

%% Returns what the name was.
-spec remove(binary()) -> [epmesh_codec:raw()].
remove(Node) ->
    [Record || {_, _, Record, _} <- ets:take(?NAMES, Node)].

%% Removes what is of another generation, and returns it.
-spec sweep(non_neg_integer()) -> [epmesh_codec:raw()].
sweep(Generation) ->
    Old = ets:select(?NAMES, [{{'$1', '_', '_', '$2'}, [{'=/=', '$2', Generation}], ['$1']}]),
    lists:flatmap(fun remove/1, Old).

-spec clear() -> ok.
clear() ->
    true = ets:delete_all_objects(?NAMES),
    ok.

-spec endpoint(binary()) -> endpoint() | undefined.
endpoint(Node) ->
    try
        ets:lookup_element(?NAMES, Node, 2)
    catch
        %% Not there; or no table, since nothing of epmesh was started.
        error:badarg -> undefined
    end.

-spec info(binary()) -> epmesh_codec:node_info() | undefined.
info(Node) ->
    try ets:lookup_element(?NAMES, Node, 3) of
        Record -> epmesh_codec:node_info(Record)
    catch
        error:badarg -> undefined
    end.

-spec all() -> [epmesh_codec:node_info()].
all() ->
    Records = ets:select(?NAMES, [{{'_', '_', '$1', '_'}, [], ['$1']}]),
    lists:map(fun epmesh_codec:node_info/1, Records).

-spec size() -> non_neg_integer().
size() ->
    ets:info(?NAMES, size).

-spec set(term(), term()) -> ok.
set(Key, Value) ->
    true = ets:insert(?KEPT, {Key, Value}),
    ok.

-spec get(term(), Default) -> Default | term().
get(Key, Default) ->
    case ets:lookup(?KEPT, Key) of
        [{_, Value}] -> Value;
        [] -> Default
    end.

-spec unset(term()) -> ok.
unset(Key) ->
    true = ets:delete(?KEPT, Key),
    ok.

-spec kept() -> [{term(), term()}].
kept() ->
    ets:tab2list(?KEPT).
