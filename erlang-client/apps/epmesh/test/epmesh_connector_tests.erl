-module(epmesh_connector_tests).

-include_lib("eunit/include/eunit.hrl").

peer_isRead_test_() ->
    [
        ?_assertEqual({ok, Expected}, epmesh_connector:parse(Text, 4369))
     || {Text, Expected} <- [
            {"peer", {["peer"], 4369}},
            {"peer.example:14369", {["peer.example"], 14369}},
            {"10.0.0.1", {[{10, 0, 0, 1}], 4369}},
            {"10.0.0.1:1", {[{10, 0, 0, 1}], 1}},
            {"[::1]", {[{0, 0, 0, 0, 0, 0, 0, 1}], 4369}},
            {"[2001:db8::1]:65535", {[{16#2001, 16#db8, 0, 0, 0, 0, 0, 1}], 65535}}
        ]
    ].

peer_malformed_isRefused_test_() ->
    [
        ?_assertEqual({error, {bad_peer, Text}}, epmesh_connector:parse(Text, 4369))
     || Text <- ["::1", "peer:", "peer:0", "peer:65536", "peer:http", ":4369", "a b", "[::1]4369"]
    ].
