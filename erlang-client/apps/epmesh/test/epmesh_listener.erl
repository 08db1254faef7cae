%% A subscriber on another node, that tells what it heard.
-module(epmesh_listener).

-export([start/0, heard/1]).

start() ->
    Self = self(),
    Pid = spawn(fun() ->
        {ok, Ref} = epmesh:subscribe(),
        Self ! {self(), subscribed},
        listen(Ref, [])
    end),
    receive
        {Pid, subscribed} -> Pid
    end.

listen(Ref, Heard) ->
    receive
        {epmesh, Ref, {Change, #{node := Node}}} -> listen(Ref, [{Change, Node} | Heard]);
        {heard, From} ->
            From ! {self(), lists:reverse(Heard)},
            listen(Ref, Heard)
    end.

heard(Pid) ->
    Pid ! {heard, self()},
    receive
        {Pid, Heard} -> Heard
    end.
