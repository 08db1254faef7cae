%% The ports that epmdless takes from the environment.
-module(epmdless_port).

-export([dist/0, proto/0, remsh/1]).

%% The port of this node, or of all nodes: ERL_DIST_PORT.
-spec dist() -> {ok, inet:port_number()} | error.
dist() ->
    read("ERL_DIST_PORT").

%% The port of this node, over epmdless's protocol of old.
-spec proto() -> {ok, inet:port_number()} | error.
proto() ->
    read("EPMDLESS_DIST_PORT").

%% The port of the one node that a remote shell is for.
-spec remsh(Else) -> {port, inet:port_number(), 6} | Else.
remsh(Else) ->
    case {read("EPMDLESS_REMSH_PORT"), is_shell()} of
        {{ok, Port}, _} ->
            {port, Port, 6};
        {error, true} ->
            case dist() of
                {ok, Port} -> {port, Port, 6};
                error -> Else
            end;
        {error, false} ->
            Else
    end.

is_shell() ->
    init:get_argument(remsh) =/= error orelse
        init:get_argument(dist_listen) =:= {ok, [["false"]]}.

read(Variable) ->
    try list_to_integer(os:getenv(Variable, "")) of
        Port when Port >= 1, Port =< 65535 -> {ok, Port};
        _ -> error
    catch
        error:badarg -> error
    end.
