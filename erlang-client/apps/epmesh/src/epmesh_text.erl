%% Names as users and the kernel write them, and as the wire has them.
-module(epmesh_text).

-export([to_binary/1, full_name/2]).

-export_type([text/0]).

-type text() :: atom() | string() | binary().

%% The full name that a short one and a host part make.
-spec full_name(term(), term()) -> {ok, binary()} | error.
full_name(Name, Host) ->
    case {to_binary(Name), to_binary(Host)} of
        {{ok, Short}, {ok, HostPart}} when Short =/= <<>>, HostPart =/= <<>> ->
            {ok, <<Short/binary, $@, HostPart/binary>>};
        _ ->
            error
    end.

%% UTF-8; error: it is none of text().
-spec to_binary(term()) -> {ok, binary()} | error.
to_binary(Text) when is_binary(Text) -> {ok, Text};
to_binary(Text) when is_atom(Text) -> {ok, atom_to_binary(Text, utf8)};
to_binary(Text) when is_list(Text) ->
    try unicode:characters_to_binary(Text) of
        Binary when is_binary(Binary) -> {ok, Binary};
        _ -> error
    catch
        error:badarg -> error
    end;
to_binary(_) ->
    error.
