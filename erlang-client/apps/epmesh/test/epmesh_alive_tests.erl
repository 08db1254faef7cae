-module(epmesh_alive_tests).

-include_lib("eunit/include/eunit.hrl").

request_ofFullName_carriesTheShortOne_test() ->
    Own = #{node => <<"x@h1">>, port => 39321, highest => 6, lowest => 5},
    ?assertEqual(
        <<14:16, $x, 39321:16, $M, 0, 6:16, 5:16, 1:16, "x", 0:16>>, epmesh_alive:request(Own)
    ).

reply_isRead_test_() ->
    [
        ?_assertEqual(Expected, epmesh_alive:reply(Bytes))
     || {Bytes, Expected} <- [
            {<<$v, 0, 7:32>>, {ok, 7}},
            {<<$y, 0, 3:16>>, {ok, 3}},
            {<<$v, 1, 99:32>>, taken},
            {<<$y, 1, 99:16>>, taken},
            {<<>>, more},
            {<<$v>>, more},
            {<<$v, 0, 7:16, 0>>, more},
            {<<$y, 0, 1>>, more},
            {<<$v, 0, 7:32, 0>>, {error, {garbage_from_epmd, <<$v, 0, 7:32, 0>>}}},
            {<<"HTTP">>, {error, {garbage_from_epmd, <<"HTTP">>}}}
        ]
    ].
