%% Orders for cables that are refused before anybody is asked; without a peer all others are too.
-module(epmesh_cables_tests).

-include_lib("eunit/include/eunit.hrl").

cut_namesThatAreNone_areRefused_test() ->
    ?assertEqual({error, {bad_name, 7}}, epmesh:cut_cables([a@h1, 7], [b@h2])),
    ?assertEqual({error, {bad_name, {x}}}, epmesh:cut_cables([a@h1], {x})),
    ?assertEqual({error, {bad_name, b}}, epmesh:fix_cables(a@h1, [c@h2 | b])).

cut_optionsThatAreNone_areRefused_test_() ->
    [
        ?_assertEqual({error, {bad_option, Bad}}, epmesh:cut_cables([a@h1], [b@h2], Bad))
     || Bad <- [#{for => -1}, #{for => 0}, #{one_way => yes}, #{treatment => slow}, #{untl => 1}]
    ].

orders_withoutAPeer_sayThat_test() ->
    ?assertEqual({error, no_peer}, epmesh:cut_cables("a@h1", <<"b@h2">>)),
    ?assertEqual({error, no_peer}, epmesh:cut_cables([a@h1, "b@h1"], ['*@h2'], #{for => ever})),
    ?assertEqual({error, no_peer}, epmesh:fix_cables([a@h1], [b@h2])),
    ?assertEqual({error, no_peer}, epmesh:fix_cables()),
    ?assertEqual({error, no_peer}, epmesh:cables()).
