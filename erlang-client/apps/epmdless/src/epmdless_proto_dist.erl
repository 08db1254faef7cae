%% epmdless's protocol of old: erl -proto_dist epmdless_proto. It is TCP, or TLS where the
%% application's environment says {epmdless, [{transport, tls}]}, at the port EPMDLESS_DIST_PORT, or
%% {epmdless, [{listen_port, Port}]}, if either is given.
-module(epmdless_proto_dist).

-export([childspecs/0, listen/1, listen/2, address/0, select/1, is_node_name/1]).
-export([accept/1, accept_connection/5, setup/5, close/1, setopts/2, getopts/2]).

childspecs() ->
    case transport() of
        %% It needs none.
        inet_tcp_dist -> {ok, []};
        Tls -> Tls:childspecs()
    end.

listen(Name) ->
    ok = choose_port(),
    (transport()):listen(Name).

listen(Name, Host) ->
    ok = choose_port(),
    (transport()):listen(Name, Host).

address() -> (transport()):address().

select(Node) -> (transport()):select(Node).

is_node_name(Node) -> (transport()):is_node_name(Node).

accept(Listen) -> (transport()):accept(Listen).

accept_connection(Acceptor, Socket, MyNode, Allowed, SetupTime) ->
    (transport()):accept_connection(Acceptor, Socket, MyNode, Allowed, SetupTime).

setup(Node, Type, MyNode, LongOrShortNames, SetupTime) ->
    (transport()):setup(Node, Type, MyNode, LongOrShortNames, SetupTime).

close(Listen) -> (transport()):close(Listen).

setopts(Socket, Options) -> (transport()):setopts(Socket, Options).

getopts(Socket, Options) -> (transport()):getopts(Socket, Options).

transport() ->
    case setting(transport) of
        {ok, tls} -> inet_tls_dist;
        _ -> inet_tcp_dist
    end.

choose_port() ->
    case {epmdless_port:proto(), setting(listen_port)} of
        {{ok, Port}, _} -> listen_at(Port);
        {error, {ok, Port}} -> listen_at(Port);
        {error, undefined} -> ok
    end.

listen_at(Port) ->
    ok = application:set_env(kernel, inet_dist_listen_min, Port),
    ok = application:set_env(kernel, inet_dist_listen_max, Port).

%% Distribution starts before anybody else loads the application, save in a release.
setting(Key) ->
    _ = application:load(epmdless),
    application:get_env(epmdless, Key).
