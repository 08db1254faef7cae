-module(epmesh_autoconnect_tests).

-include_lib("eunit/include/eunit.hrl").

matches_test_() ->
    [
        ?_assertEqual(Expected, epmesh_autoconnect:matches(Node, Pattern))
     || {Node, Pattern, Expected} <- [
            {<<"app1@h1">>, <<"*">>, true},
            {<<"app1@h1">>, <<"app*@*">>, true},
            {<<"app1@h1">>, <<"app?@h?">>, true},
            {<<"app1@h1.example.com">>, <<"*@*.example.com">>, true},
            {<<"app1@h1xexample.com">>, <<"*@h1.example.com">>, false},
            {<<"other@h1">>, <<"app*@*">>, false},
            {<<"my_app1@h1">>, <<"app*@*">>, false},
            {<<"app1@h10">>, <<"app1@h1">>, false},
            {<<"räbbit@h1"/utf8>>, <<"r?bbit@*">>, true}
        ]
    ].
