%% One request to the peer over a connection of its own, which the caller waits for: with a token,
%% or where no session is kept, since the VM is no node, or not yet.
-module(epmesh_exchange).

-export([ask/3]).

-spec ask(Token :: binary(), epmesh_codec:request(), Timeout :: pos_integer()) ->
    {ok, term()} | {error, epmesh_session:failure()}.
ask(Token, Request, Timeout) ->
    Deadline = erlang:monotonic_time(millisecond) + Timeout,
    {Pid, Mon} = epmesh_connector:start(inet),
    receive
        {'DOWN', Mon, process, Pid, {connected, Socket}} ->
            Answer = greet(Socket, Token, Request, Deadline),
            ok = gen_tcp:close(Socket),
            Answer;
        {'DOWN', Mon, process, Pid, {unreachable, {bad_peer, _} = Reason}} ->
            {error, Reason};
        {'DOWN', Mon, process, Pid, _} ->
            {error, no_peer}
    end.

greet(Socket, Token, Request, Deadline) ->
    Shown =
        case is_of_this_host(Socket) of
            true -> Token;
            false -> <<>>
        end,
    case send(Socket, epmesh_codec:hello(<<>>, Shown)) of
        ok ->
            case frame(Socket, <<>>, Deadline) of
                {{welcome, _}, Rest} -> ask_now(Socket, Request, Rest, Deadline);
                {{error, 0, Code, Text}, _} -> {error, {Code, Text}};
                {error, closed} -> {error, plain_epmd};
                _ -> {error, no_peer}
            end;
        Error ->
            Error
    end.

%% The token travels in clear text.
is_of_this_host(Socket) ->
    case {inet:peername(Socket), inet:sockname(Socket)} of
        {{ok, {{127, _, _, _}, _}}, _} -> true;
        {{ok, {Address, _}}, {ok, {Address, _}}} -> true;
        _ -> false
    end.

ask_now(Socket, Request, Rest, Deadline) ->
    case send(Socket, epmesh_codec:request(1, Request)) of
        ok -> answer(Socket, Rest, [], Deadline);
        Error -> Error
    end.

answer(Socket, Received, Parts, Deadline) ->
    case frame(Socket, Received, Deadline) of
        {{answer, 1, {part, true, Part}}, Rest} -> answer(Socket, Rest, [Part | Parts], Deadline);
        {{answer, 1, Answer}, _} -> epmesh_session:result(Answer, Parts);
        {{error, _, Code, Text}, _} -> {error, {Code, Text}};
        {error, Reason} -> {error, Reason};
        _ -> {error, closed}
    end.

send(Socket, Frame) ->
    case gen_tcp:send(Socket, Frame) of
        ok -> ok;
        {error, _} -> {error, closed}
    end.

%% The next frame, and what has come behind it.
frame(Socket, Received, Deadline) ->
    case epmesh_codec:split(Received) of
        {ok, Frame, Rest} ->
            {epmesh_codec:decode(Frame), Rest};
        more ->
            Left = max(0, Deadline - erlang:monotonic_time(millisecond)),
            case gen_tcp:recv(Socket, 0, Left) of
                {ok, Data} -> frame(Socket, <<Received/binary, Data/binary>>, Deadline);
                {error, timeout} -> {error, timeout};
                {error, _} -> {error, closed}
            end;
        {malformed, _} = Malformed ->
            {Malformed, <<>>}
    end.
