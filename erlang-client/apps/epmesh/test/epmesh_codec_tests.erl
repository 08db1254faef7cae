%% Against the golden files of the peer's own tests: one truth for both sides.
-module(epmesh_codec_tests).

-include_lib("eunit/include/eunit.hrl").

-define(NUMBER, 16#01020304).
-define(ANSWERED, 16#fffffffe).
-define(ID_1, <<"00112233445566778899aabbccddeeff">>).
-define(ID_2, <<"ffeeddccbbaa99887766554433221100">>).
-define(SIDES, {[<<"a@h1">>, <<"b@h1">>], [<<"*@h2">>]}).
-define(VERSION, {-16#7766554433221101, 16#0102030405060708}).

requests() ->
    Registration = #{
        node => <<"a@h1">>,
        port => 40001,
        highest => 6,
        lowest => 5,
        creation => undefined,
        resume => undefined
    },
    [
        {"names", names},
        {"lookup", {lookup, <<"a@h1">>}},
        {"peers", peers},
        {"mappings", mappings},
        {"add-mapping", {add_mapping, <<"b@h2">>, <<"db">>, 8002}},
        {"add-mapping-no-host", {add_mapping, <<"b@h2">>, undefined, 65535}},
        {"remove-mapping", {remove_mapping, <<"b@h2">>}},
        {"ping", ping},
        {"watch", {watch, undefined, undefined}},
        {"watch-resume", {watch, <<"rabbit*@*">>, ?VERSION}},
        {"unwatch", {unwatch, ?ANSWERED}},
        {"cut", {cut, ?SIDES, false, stall, 600000}},
        {"cut-one-way", {cut, ?SIDES, true, stall, undefined}},
        {"cut-reset", {cut, ?SIDES, false, reset, 1000}},
        {"fix", {fix, ?SIDES}},
        {"fix-all", {fix, undefined}},
        {"cables", cables},
        {"way", {way, <<"b@h2">>, inet6}},
        {"register", {register, Registration}}
    ].

request_isGolden_test_() ->
    [
        {Name, ?_assertEqual(golden("request-" ++ Name), epmesh_codec:request(?NUMBER, Request))}
     || {Name, Request} <- requests()
    ].

%% The golden one is of a hidden node over another protocol, which this client never is.
registerAgain_carriesCreationAndSecret_test() ->
    <<Start:9/binary, Node:3/binary, Port:2/binary, 72, Versions:4/binary, 1, Rest/binary>> =
        golden("request-register-again"),
    Again = #{
        node => <<"a">>,
        port => 40001,
        highest => 6,
        lowest => 5,
        creation => 16#fedcba98,
        resume => ?ID_2
    },
    ?assertEqual(
        <<Start/binary, Node/binary, Port/binary, 77, Versions/binary, 0, Rest/binary>>,
        epmesh_codec:request(?NUMBER, {register, Again})
    ).

hello_hasTheGoldenFields_test() ->
    %% The golden one speaks versions 1 to 3, and has features.
    <<Length:16, 77, 1:16, 3:16, Node:6/binary, Token:8/binary, 5:32>> = golden("hello"),
    ?assertEqual(
        <<Length:16, 77, 1:16, 1:16, Node/binary, Token/binary, 0:32>>,
        epmesh_codec:hello(<<"a@h1">>, <<"secret">>)
    ).

welcome_isRead_test() ->
    ?assertEqual(
        {welcome, #{
            version => 1,
            peer => ?ID_1,
            mesh => <<"epmesh">>,
            software => <<"0.1.0">>,
            ask_the_way => false
        }},
        decoded("welcome")
    ).

welcome_ofAPeerThatLeads_saysSo_test() ->
    {ok, Frame, <<>>} = epmesh_codec:split(golden("welcome")),
    Start = binary:part(Frame, 0, byte_size(Frame) - 4),
    ?assertMatch(
        {welcome, #{ask_the_way := true}}, epmesh_codec:decode(<<Start/binary, 1:32>>)
    ).

way_isRead_test() ->
    ?assertEqual(
        {answer, ?ANSWERED, {way, {{0, 0, 0, 0, 0, 0, 0, 1}, 40001}}}, decoded("answer-way")
    ).

lookup_isRead_test() ->
    {answer, ?ANSWERED, {found, {Node, Endpoint, Record}}} = decoded("answer-lookup"),
    ?assertEqual({<<"a@h1">>, {{10, 0, 0, 1}, 40001, 6}}, {Node, Endpoint}),
    ?assertEqual(
        #{
            node => <<"a@h1">>,
            address => {10, 0, 0, 1},
            port => 40001,
            version => 6,
            source => live,
            state => up,
            type => normal,
            host_is => verified,
            peer => ?ID_1,
            creation => 16#fedcba98,
            since => 1763637188123,
            conflicting => false
        },
        epmesh_codec:node_info(Record)
    ).

lookupOfNothing_isRead_test() ->
    ?assertEqual({answer, ?ANSWERED, {found, undefined}}, decoded("answer-lookup-nothing")).

names_areRead_test() ->
    {answer, ?ANSWERED, {part, true, [A, B]}} = decoded("answer-names"),
    ?assertMatch({<<"a@h1">>, {{10, 0, 0, 1}, 40001, 6}, _}, A),
    ?assertMatch({<<"b@h2">>, {{16#2001, 16#db8, 0, 0, 0, 0, 0, 2}, 8002, 6}, _}, B).

peers_areRead_test() ->
    {answer, ?ANSWERED, {part, false, Peers}} = decoded("answer-peers"),
    ?assertEqual(
        [
            #{id => ?ID_1, hosts => [<<"h1">>, <<"h1.test">>], state => up, self => true},
            #{id => ?ID_2, hosts => [], state => orphaned, self => false}
        ],
        Peers
    ).

remarks_areRead_test() ->
    ?assertEqual(
        {answer, ?ANSWERED,
            {part, false, [
                {no_cable, <<"a@h1">>, <<"b@h2">>},
                {unattributed, <<"unknown@h1">>, <<"c@h2">>},
                {silent, <<"h3 (", (?ID_2)/binary, ")">>}
            ]}},
        decoded("answer-cut")
    ),
    ?assertEqual({answer, ?ANSWERED, {part, false, []}}, decoded("answer-fix")).

cables_areRead_test() ->
    {answer, ?ANSWERED, {part, true, [Cut, Cable, Silent]}} = decoded("answer-cables"),
    ?assertEqual(
        {cut, #{
            low => <<"*@h2">>,
            high => <<"a@h1">>,
            low_to_high => {slow, 50, 5},
            high_to_low => stall,
            remaining => 599500,
            writer => <<"h1">>,
            since => 1763637188000
        }},
        Cut
    ),
    ?assertEqual(
        {cable, #{
            relay => <<"h1">>,
            source => <<"?@h1">>,
            target => <<"b@h2">>,
            state => broken,
            to_target => open,
            to_source => stall,
            age => 7000,
            bytes_to_target => 258,
            bytes_to_source => 65537
        }},
        Cable
    ),
    ?assertEqual({silent, <<"h3 (", (?ID_2)/binary, ")">>}, Silent).

mappings_areRead_test() ->
    {answer, ?ANSWERED, {part, false, Mappings}} = decoded("answer-mappings"),
    ?assertEqual(
        [
            #{
                node => <<"b@h2">>,
                host => <<"db.test">>,
                address => {10, 0, 0, 2},
                port => 8002,
                writer => <<"h1">>,
                since => 1763637188000,
                conflicts => [
                    #{address => {10, 0, 0, 3}, port => 8003, writer => undefined, since => 1}
                ]
            }
        ],
        Mappings
    ).

snapshot_isRead_test() ->
    ?assertMatch(
        {answer, ?ANSWERED,
            {watched, snapshot, true, ?VERSION, [{<<"a@h1">>, _, _}, {<<"b@h2">>, _, _}], []}},
        decoded("answer-watch-snapshot")
    ).

changes_areRead_test() ->
    ?assertMatch(
        {answer, ?ANSWERED,
            {watched, changes, false, ?VERSION, [{<<"a@h1">>, _, _}], [
                <<"c@h3">>, <<"räbbit@h3"/utf8>>
            ]}},
        decoded("answer-watch-changes")
    ).

registered_isRead_test() ->
    ?assertEqual(
        {answer, ?ANSWERED, {registered, 16#fedcba98, ?ID_2}}, decoded("answer-register")
    ).

done_isRead_test_() ->
    [
        ?_assertEqual({answer, ?ANSWERED, ok}, decoded(File))
     || File <- ["answer-add-mapping", "answer-unwatch"]
    ].

errors_areRead_test() ->
    ?assertEqual(
        {error, ?ANSWERED, outcome_unknown, <<"too slow">>}, decoded("answer-error")
    ),
    ?assertEqual({error, ?ANSWERED, taken, <<"a is taken">>}, decoded("answer-error-taken")).

unknownType_isToldAsSuch_test() ->
    ?assertEqual({unknown, 200}, epmesh_codec:decode(<<200, 0:32>>)).

%% Every cut of every answer is found out, none as another crash or as an answer.
shortBody_isMalformed_test_() ->
    [
        {File,
            ?_test([
                ?assertMatch({malformed, _}, epmesh_codec:decode(binary:part(Frame, 0, Length)))
             || Frame <- [frame(File)], Length <- lists:seq(5, byte_size(Frame) - 1)
            ])}
     || File <- files("answer-") ++ files("welcome"),
        %% This client skips the answers that it never asks for.
        not lists:any(
            fun(Prefix) -> is_prefix(Prefix, File) end,
            ["answer-status", "answer-config", "answer-events"]
        )
    ].

%% A version to come may append.
longerBody_isRead_test_() ->
    [
        {File, ?_assertEqual(decoded(File), epmesh_codec:decode(<<(frame(File))/binary, 1, 2, 3>>))}
     || File <- files("answer-") ++ files("welcome")
    ].

value_outOfRange_isMalformed_test() ->
    <<Before:9/binary, _Present, Rest/binary>> = golden("answer-lookup"),
    {ok, Frame, <<>>} = epmesh_codec:split(<<Before/binary, 2, Rest/binary>>),
    ?assertEqual({malformed, <<"present: 2 (expected: 0, 1)">>}, epmesh_codec:decode(Frame)).

text_notUtf8_isMalformed_test() ->
    Error = <<255, 0:32, 6:16, 1, 1:16, 16#ff>>,
    Expected = {malformed, <<"string of 1 bytes (expected: UTF-8)">>},
    ?assertEqual(Expected, epmesh_codec:decode(Error)).

split_byteByByte_takesEachFrameOnce_test() ->
    Stream = <<(golden("welcome"))/binary, (golden("answer-names"))/binary>>,
    ?assertEqual(
        [frame("welcome"), frame("answer-names")],
        frames(<<>>, binary_to_list(Stream), [])
    ).

frames(<<>>, [], Frames) ->
    lists:reverse(Frames);
frames(Buffer, Bytes, Frames) ->
    case epmesh_codec:split(Buffer) of
        {ok, Frame, Rest} -> frames(Rest, Bytes, [Frame | Frames]);
        more -> frames(<<Buffer/binary, (hd(Bytes))>>, tl(Bytes), Frames)
    end.

split_lengthBeyondLimits_isMalformed_test_() ->
    [
        ?_assertMatch({malformed, _}, epmesh_codec:split(<<Length:32>>))
     || Length <- [0, 4, 1048577, 16#ffffffff]
    ].

decoded(File) ->
    epmesh_codec:decode(frame(File)).

frame(File) ->
    {ok, Frame, <<>>} = epmesh_codec:split(golden(File)),
    Frame.

golden(Name) ->
    {ok, Text} = file:read_file(filename:join(directory(), Name ++ ".hex")),
    Lines = [hd(binary:split(Line, <<"#">>)) || Line <- binary:split(Text, <<"\n">>, [global])],
    Digits = [D || <<D>> <= iolist_to_binary(Lines), D > $\s],
    <<<<(list_to_integer([High, Low], 16))>> || [High, Low] <- pairs(Digits)>>.

pairs([High, Low | Rest]) -> [[High, Low] | pairs(Rest)];
pairs([]) -> [].

files(Prefix) ->
    Files = filelib:wildcard(Prefix ++ "*.hex", directory()),
    ?assertNotEqual([], Files),
    [filename:rootname(File) || File <- Files].

is_prefix(Prefix, Text) -> lists:prefix(Prefix, Text).

directory() ->
    filename:join(epmesh_tree:root(), "registry-node/src/test/resources/golden/session").
