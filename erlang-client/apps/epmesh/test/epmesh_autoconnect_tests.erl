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
            {<<"räbbit@h1"/utf8>>, <<"r?bbit@*">>, true},
            {of_length(255), <<"*">>, true},
            {of_length(256), <<"*">>, false}
        ]
    ].

%% Whoever speaks EPMD can register a name that is longer than an atom may be. It ended the
%% application in each node that connects by itself.
of_length(Length) ->
    <<(unicode:characters_to_binary(lists:duplicate(Length - 3, $ä)))/binary, "@h1">>.
