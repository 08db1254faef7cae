%% epmdpxy's functions, for cables that run through the relay of epmesh: a peer with `relay = all`
%% takes the place of epmdpxy:start/0,1, and nodes stay as they are.
%%
%% As there a name without a host is one of this host, and a cut lasts until it is fixed.
-module(epmdpxy).

-export([cut_cables/2, fix_cables/2, status/0]).

-export_type([status/0]).

%% Who connected to whom, and how what they send to each other passes.
-type status() :: [
    {Source :: binary(), Target :: binary(), {epmesh_codec:effect(), epmesh_codec:effect()}}
].

-spec cut_cables([epmesh:name()], [epmesh:name()]) -> ok | {error, epmesh:reason()}.
cut_cables(Left, Right) ->
    case epmesh:cut_cables(full(Left), full(Right), #{for => ever}) of
        {ok, _Remarks} -> ok;
        {error, _} = Error -> Error
    end.

-spec fix_cables([epmesh:name()], [epmesh:name()]) -> ok | {error, epmesh:reason()}.
fix_cables(Left, Right) ->
    epmesh:fix_cables(full(Left), full(Right)).

-spec status() -> status() | {error, epmesh:reason()}.
status() ->
    case epmesh:cables() of
        {error, _} = Error ->
            Error;
        Rows ->
            [
                {Source, Target, {To, From}}
             || {cable, #{source := Source, target := Target, to_target := To, to_source := From}} <-
                    Rows
            ]
    end.

full(Names) -> [full_name(Name) || Name <- Names].

full_name(Name) ->
    case epmesh_text:to_binary(Name) of
        {ok, Text} ->
            case binary:match(Text, <<"@">>) of
                nomatch -> <<Text/binary, "@", (host())/binary>>;
                _ -> Text
            end;
        error ->
            Name
    end.

host() ->
    case binary:split(atom_to_binary(node(), utf8), <<"@">>) of
        [_, Host] when Host =/= <<"nohost">> ->
            Host;
        _ ->
            {ok, Host} = inet:gethostname(),
            list_to_binary(Host)
    end.
