%% Writes to the mesh, with the operator's token where there is one: of the file in
%% EPMESH_OPERATOR_FILE, else in the application's environment, {epmesh, [{operator_file, Path}]}.
%%
%% Such a write has a session of its own, so that the token is read when it is needed, and what
%% hangs on the node's own session stays. Runs in the process of who writes.
-module(epmesh_operator).

-export([write/2]).

-export_type([failure/0]).

-define(MOST_BYTES, 4096).

%% The file cannot be used: inet's or file's reason, or it holds no token.
-type failure() :: {operator_file, file:name_all(), file:posix() | no_token}.

%% Asks the peer, for so many milliseconds at most.
-spec write(epmesh_codec:request(), pos_integer()) ->
    {ok, term()} | {error, epmesh_session:failure() | failure()}.
write(Request, Timeout) ->
    case file() of
        none ->
            epmesh_session:request(Request, Timeout);
        {ok, File} ->
            case token(File) of
                {ok, Token} -> write(Token, Request, erlang:monotonic_time(millisecond) + Timeout);
                {error, Reason} -> {error, {operator_file, File, Reason}}
            end
    end.

file() ->
    case os:getenv("EPMESH_OPERATOR_FILE", "") of
        "" ->
            %% Its environment is known once it is loaded, which nobody else may have done yet.
            _ = application:load(epmesh),
            case application:get_env(epmesh, operator_file) of
                {ok, File} -> {ok, File};
                undefined -> none
            end;
        File ->
            {ok, File}
    end.

token(File) ->
    case file:open(File, [read, raw, binary]) of
        {ok, Device} ->
            Read = file:read(Device, ?MOST_BYTES),
            ok = file:close(Device),
            checked(Read);
        {error, badarg} ->
            {error, enoent};
        {error, Reason} ->
            {error, Reason}
    end.

%% As the peer reads it.
checked({ok, Text}) ->
    case re:run(Text, "^\\s*([!-~]{16,256})\\s*$", [{capture, all_but_first, binary}, dollar_endonly]) of
        {match, [Token]} -> {ok, Token};
        nomatch -> {error, no_token}
    end;
checked(eof) ->
    {error, no_token};
checked({error, Reason}) ->
    {error, Reason}.

write(Token, Request, Deadline) ->
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
    case ask(Socket, epmesh_codec:hello(<<>>, Shown), <<>>, Deadline) of
        {{welcome, _}, Rest} -> written(ask(Socket, epmesh_codec:request(1, Request), Rest, Deadline));
        {{error, 0, Code, Text}, _} -> {error, {Code, Text}};
        {error, closed} -> {error, plain_epmd};
        _ -> {error, no_peer}
    end.

%% It travels in clear text.
is_of_this_host(Socket) ->
    case {inet:peername(Socket), inet:sockname(Socket)} of
        {{ok, {Address, _}}, {ok, {Address, _}}} -> true;
        {{ok, {{127, _, _, _}, _}}, _} -> true;
        _ -> false
    end.

written({{answer, 1, Answer}, _}) -> {ok, Answer};
written({{error, _, Code, Text}, _}) -> {error, {Code, Text}};
written({error, timeout}) -> {error, timeout};
written(_) -> {error, closed}.

%% Sends, and reads the next frame; what has come behind it is the next one's.
ask(Socket, Frame, Received, Deadline) ->
    case gen_tcp:send(Socket, Frame) of
        ok -> frame(Socket, Received, Deadline);
        {error, _} -> {error, closed}
    end.

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
