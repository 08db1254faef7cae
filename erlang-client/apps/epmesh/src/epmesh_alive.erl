%% Bytes of EPMD's registration, docs/epmd-protocol.md.
-module(epmesh_alive).

-export([request/1, reply/1]).

-spec request(epmesh_codec:registration()) -> binary().
request(#{node := Node, port := Port, highest := Highest, lowest := Lowest}) ->
    %% EPMD knows short names.
    [Name | _] = binary:split(Node, <<"@">>),
    Body = <<
        $x, Port:16, $M, 0, Highest:16, Lowest:16, (byte_size(Name)):16, Name/binary, 0:16
    >>,
    <<(byte_size(Body)):16, Body/binary>>.

-spec reply(binary()) ->
    {ok, Creation :: non_neg_integer()} | taken | more | {error, {garbage_from_epmd, binary()}}.
reply(<<$v, 0, Creation:32>>) -> {ok, Creation};
reply(<<$y, 0, Creation:16>>) -> {ok, Creation};
reply(<<$v, _, _:32>>) -> taken;
reply(<<$y, _, _:16>>) -> taken;
reply(<<$v, _/binary>> = Short) when byte_size(Short) < 6 -> more;
reply(<<$y, _/binary>> = Short) when byte_size(Short) < 4 -> more;
reply(<<>>) -> more;
reply(Garbage) -> {error, {garbage_from_epmd, Garbage}}.
