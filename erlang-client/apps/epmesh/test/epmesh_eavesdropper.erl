%% A server on another node that tells what the first to connect has sent.
-module(epmesh_eavesdropper).

-export([start/0, heard/1]).

start() ->
    Self = self(),
    Pid = spawn(fun() ->
        {ok, Listen} = gen_tcp:listen(0, [binary, {active, false}]),
        {ok, Port} = inet:port(Listen),
        Self ! {self(), Port},
        {ok, Socket} = gen_tcp:accept(Listen),
        {ok, <<Length:16>>} = gen_tcp:recv(Socket, 2),
        {ok, Frame} = gen_tcp:recv(Socket, Length),
        ok = gen_tcp:close(Socket),
        receive
            {heard, From} -> From ! {self(), Frame}
        end
    end),
    receive
        {Pid, Port} -> {Pid, Port}
    end.

heard(Pid) ->
    Pid ! {heard, self()},
    receive
        {Pid, Frame} -> Frame
    end.
