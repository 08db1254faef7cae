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
                {ok, Token} -> epmesh_exchange:ask(Token, Request, Timeout);
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
    Capture = {capture, all_but_first, binary},
    case re:run(Text, "^\\s*([!-~]{16,256})\\s*$", [Capture, dollar_endonly]) of
        {match, [Token]} -> {ok, Token};
        nomatch -> {error, no_token}
    end;
checked(eof) ->
    {error, no_token};
checked({error, Reason}) ->
    {error, Reason}.
