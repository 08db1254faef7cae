%% The epmd module of a node: erl -start_epmd false -epmd_module epmesh_epmd.
%%
%% Look-ups read the table that the session keeps (epmesh_names); what is not there is asked of the
%% peer, then looked for as erl_epmd does, by the resolver and the host's own epmd. net_kernel
%% itself is never kept waiting: what it asks is answered from the table alone, while it starts
%% within two seconds.
-module(epmesh_epmd).

-export([start_link/0, start/0, stop/0, open/0, open/1, open/2]).
-export([register_node/2, register_node/3, listen_port_please/2]).
-export([address_please/3, port_please/2, port_please/3, names/0, names/1]).

-define(ASK_MS, 1000).
-define(NAMES_MS, 5000).
%% Of distribution's own 7 s for a connection a part should be left.
-define(PORT_MS, 5000).

-type name() :: epmesh_text:text().
-type host() :: epmesh_text:text() | inet:ip_address().

-spec start_link() -> {ok, pid()} | ignore | {error, term()}.
start_link() ->
    epmesh_sup:start_link().

-spec start() -> {ok, pid()} | ignore | {error, term()}.
start() ->
    case start_link() of
        {ok, Pid} = Started ->
            true = unlink(Pid),
            Started;
        Other ->
            Other
    end.

-spec stop() -> ok.
stop() ->
    case whereis(epmesh_sup) of
        undefined ->
            ok;
        Pid ->
            gen_server:stop(Pid, shutdown, infinity)
    end.

%% Opens a connection to an epmd, as erl_epmd does.
-spec open() -> {ok, gen_tcp:socket()} | {error, inet:posix()}.
open() ->
    erl_epmd:open().

-spec open(inet:ip_address()) -> {ok, gen_tcp:socket()} | {error, inet:posix()}.
open(Address) ->
    erl_epmd:open(Address).

-spec open(inet:ip_address(), timeout()) -> {ok, gen_tcp:socket()} | {error, inet:posix()}.
open(Address, Timeout) ->
    erl_epmd:open(Address, Timeout).

-spec register_node(name(), inet:port_number()) -> {ok, integer()} | {error, term()}.
register_node(Name, Port) ->
    register_node(Name, Port, inet).

%% Driver: inet_tcp or inet6_tcp until OTP 25, inet or inet6 from then on.
-spec register_node(name(), inet:port_number(), inet | inet6 | inet_tcp | inet6_tcp) ->
    {ok, Creation :: integer()} | {error, term()}.
register_node(Name, Port, _Driver) when not is_integer(Port); Port < 0; Port > 65535 ->
    {error, {bad_port, Name, Port}};
register_node(Name, Port, Driver) ->
    case epmesh_text:to_binary(Name) of
        {ok, Short} when Short =/= <<>> ->
            Own = own_name(Short),
            case epmesh_registration:register(Own, Port, family(Driver), on_taken()) of
                {ok, -1} -> {ok, own_creation()};
                Result -> Result
            end;
        _ ->
            {error, {bad_name, Name}}
    end.

family(inet_tcp) -> inet;
family(inet6_tcp) -> inet6;
family(Family) -> Family.

%% With a port of its own choice a node starts whatever epmd says, as with erl_epmd.
on_taken() ->
    case init:get_argument(erl_epmd_port) of
        {ok, _} -> start;
        error -> fail
    end.

%% Before OTP 23 the kernel knows no -1, and only three creations.
own_creation() ->
    case list_to_integer(erlang:system_info(otp_release)) of
        Old when Old < 23 -> rand:uniform(3);
        _ -> -1
    end.

%% The port to listen on, or 0 for the kernel's choice. net_kernel asks this before it registers,
%% and only here it tells the host part of its name.
-spec listen_port_please(name(), host()) -> {ok, inet:port_number()}.
listen_port_please(Name, Host) ->
    _ = remember_host(Name, Host),
    erl_epmd:listen_port_please(Name, Host).

remember_host(Name, Host) ->
    case {epmesh_text:to_binary(Name), whereis(epmesh_sup)} of
        {{ok, Short}, Pid} when is_pid(Pid) -> epmesh_names:set({host, Short}, Host);
        _ -> ok
    end.

own_name(Short) ->
    case whereis(epmesh_sup) of
        undefined ->
            Short;
        _ ->
            case epmesh_text:full_name(Short, epmesh_names:get({host, Short}, <<>>)) of
                {ok, Full} -> Full;
                error -> Short
            end
    end.

%% Where a node is: with its port and version if the mesh knows it, else as its host's name
%% resolves.
-spec address_please(name(), host(), inet | inet6) ->
    {ok, inet:ip_address(), inet:port_number(), Version :: 5..6}
    | {ok, inet:ip_address()}
    | {error, term()}.
address_please(Name, Host, Family) ->
    case epmesh_text:full_name(Name, Host) of
        {ok, Node} ->
            Direct =
                case epmesh_names:endpoint(Node) of
                    undefined -> unknown(Node, Host, Family);
                    Endpoint -> reach(Endpoint, Family)
                end,
            led(Node, Family, Direct);
        error ->
            resolve(Host, Family)
    end.

%% Where the peer leads connections through its relay, it is asked for the way. One that does not
%% answer is not waited for: its relay is gone with it.
led(Node, Family, {ok, _, _, Version} = Direct) ->
    case self() =/= whereis(net_kernel) andalso asks_the_way() of
        true ->
            case epmesh_session:request({way, Node, Family}, ?ASK_MS) of
                {ok, {way, {Address, Port}}} -> reach({Address, Port, Version}, Family);
                {ok, {way, undefined}} -> {error, no_way};
                {error, _} -> Direct
            end;
        false ->
            Direct
    end;
led(_Node, _Family, Unknown) ->
    Unknown.

asks_the_way() ->
    whereis(epmesh_sup) =/= undefined andalso epmesh_names:get(ask_the_way, false).

%% net_kernel wants to know no more than whether an address may be found; a process of its own then
%% asks again, and may wait (OTP 24 and 25; later ones ask from such a process only).
unknown(Node, Host, Family) ->
    case self() =:= whereis(net_kernel) of
        true ->
            {ok, any(Family)};
        false ->
            case epmesh_session:request({lookup, Node}, ?ASK_MS) of
                {ok, {_, Endpoint, _}} -> reach(Endpoint, Family);
                _ -> resolve(Host, Family)
            end
    end.

any(inet) -> {0, 0, 0, 0};
any(inet6) -> {0, 0, 0, 0, 0, 0, 0, 0}.

reach({Address, Port, Version}, Family) when is_tuple(Address) ->
    case as_family(Address, Family) of
        {ok, Reached} -> {ok, Reached, Port, Version};
        error -> {error, eafnosupport}
    end;
reach({HostName, Port, Version}, Family) ->
    case resolve(HostName, Family) of
        {ok, Address} -> {ok, Address, Port, Version};
        Error -> Error
    end.

as_family(Address, inet) when tuple_size(Address) =:= 4 -> {ok, Address};
as_family({0, 0, 0, 0, 0, 16#ffff, AB, CD}, inet) ->
    {ok, {AB bsr 8, AB band 255, CD bsr 8, CD band 255}};
as_family({0, 0, 0, 0, 0, 0, 0, 1}, inet) -> {ok, {127, 0, 0, 1}};
as_family(_, inet) -> error;
as_family(Address, inet6) when tuple_size(Address) =:= 8 -> {ok, Address};
%% A node of inet6 that is bound to loopback is at ::1; any other takes mapped addresses too.
as_family({127, _, _, _}, inet6) -> {ok, {0, 0, 0, 0, 0, 0, 0, 1}};
as_family({A, B, C, D}, inet6) ->
    {ok, {0, 0, 0, 0, 0, 16#ffff, A bsl 8 + B, C bsl 8 + D}}.

resolve(Host, Family) when is_binary(Host) -> resolve(binary_to_list(Host), Family);
resolve(Host, Family) ->
    case self() =:= whereis(net_kernel) of
        true -> {ok, any(Family)};
        false -> inet:getaddr(Host, Family)
    end.

-spec port_please(name(), host()) ->
    {port, inet:port_number(), Version :: non_neg_integer()} | noport | closed | {error, term()}.
port_please(Name, Host) ->
    port_please(Name, Host, infinity).

%% The kernel asks with an address that address_please/3 gave without a port; the mesh knew no
%% such node then, and is not asked again.
-spec port_please(name(), host(), timeout()) ->
    {port, inet:port_number(), Version :: non_neg_integer()} | noport | closed | {error, term()}.
port_please(Name, Host, Timeout) when is_tuple(Host) ->
    plain_port(Name, Host, Timeout);
port_please(Name, Host, Timeout) ->
    case epmesh_text:full_name(Name, Host) of
        {ok, Node} ->
            case epmesh_names:endpoint(Node) of
                {_, Port, Version} ->
                    {port, Port, Version};
                undefined ->
                    case epmesh_session:request({lookup, Node}, min(Timeout, ?ASK_MS)) of
                        {ok, {_, {_, Port, Version}, _}} -> {port, Port, Version};
                        _ -> plain_port(Name, Host, Timeout)
                    end
            end;
        error ->
            {error, {bad_name, Name}}
    end.

plain_port(Name, Host, Timeout) ->
    case epmesh_text:to_binary(Name) of
        {ok, Short} ->
            Ask = fun() -> erl_epmd:port_please(binary_to_list(Short), plain(Host), ?PORT_MS) end,
            within(min(Timeout, ?PORT_MS), Ask);
        error ->
            {error, {bad_name, Name}}
    end.

plain(Host) when is_binary(Host) -> binary_to_list(Host);
plain(Host) -> Host.

%% The names of this host.
-spec names() -> {ok, [{string(), inet:port_number()}]} | {error, address | term()}.
names() ->
    names("localhost").

%% The names of a host of the mesh, or of any other that has an epmd.
-spec names(host()) -> {ok, [{string(), inet:port_number()}]} | {error, address | term()}.
names(Host) ->
    case epmesh_hosts:names(host_text(Host), ?NAMES_MS) of
        {ok, Names} -> {ok, Names};
        unknown -> within(?NAMES_MS, fun() -> erl_epmd:names(plain(Host)) end)
    end.

host_text(Host) when is_tuple(Host) -> list_to_binary(inet:ntoa(Host));
host_text(Host) ->
    case epmesh_text:to_binary(Host) of
        {ok, Text} -> Text;
        error -> <<>>
    end.

%% erl_epmd waits in places for ever. It leaves nothing behind that does not end with its process.
within(Timeout, Ask) ->
    {Pid, Mon} = spawn_monitor(fun() -> exit({answer, try_ask(Ask)}) end),
    receive
        {'DOWN', Mon, process, Pid, {answer, Answer}} -> Answer;
        {'DOWN', Mon, process, Pid, Reason} -> {error, Reason}
    after Timeout ->
        true = erlang:demonitor(Mon, [flush]),
        true = exit(Pid, kill),
        {error, timeout}
    end.

try_ask(Ask) ->
    try
        Ask()
    catch
        _:Reason -> {error, Reason}
    end.
