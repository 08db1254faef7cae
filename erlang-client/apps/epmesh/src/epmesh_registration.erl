%% This node's own name: registered in the session where there is one, with plain EPMD beside
%% where not, and again after either broke; whatever answers first is kept for as long as it holds.
%%
%% net_kernel calls register/1 while the node starts and gets its answer within ?BOOT_MS: without
%% a peer the node starts with a creation of its own and registers when one appears.
-module(epmesh_registration).

-behaviour(gen_server).

-export([start_link/0, register/4, info/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(BOOT_MS, 2000).
%% As erl_epmd does.
-define(RETRY_MS, 2000).
-define(REPLY_MS, 10000).

-record(state, {
    own :: epmesh_codec:registration() | undefined,
    family = inet :: inet | inet6,
    way = none :: way(),
    link = connecting :: epmesh_session:link(),
    %% Who waits for the first outcome; fail: the node is not to start if the name is taken.
    from :: gen_server:from() | undefined,
    on_taken = fail :: fail | start,
    refusal :: term(),
    retry :: reference() | undefined
}).

%% How the name is registered, or being so.
-type way() ::
    none
    | {asking, Tag :: reference()}
    | session
    | {connecting, Monitor :: reference()}
    | {sent, gen_tcp:socket(), Received :: binary(), Timer :: reference()}
    | {epmd, gen_tcp:socket()}.

-spec start_link() -> {ok, pid()} | {error, term()}.
start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

%% Creation -1 lets the kernel take one.
-spec register(binary(), inet:port_number(), inet | inet6, fail | start) ->
    {ok, Creation :: integer()} | {error, already_registered | duplicate_name | no_peer}.
register(Node, Port, Family, OnTaken) ->
    Own = #{
        node => Node, port => Port, highest => 6, lowest => 5, creation => undefined,
        resume => undefined
    },
    try
        gen_server:call(?MODULE, {register, Own, Family, OnTaken}, infinity)
    catch
        exit:_ -> {error, no_peer}
    end.

-spec info() -> map().
info() ->
    try
        gen_server:call(?MODULE, info, infinity)
    catch
        exit:_ -> #{registered => no}
    end.

init([]) ->
    ok = epmesh_session:announce(),
    %% Of a process before this one.
    {Own, Family} = epmesh_names:get(registration, {undefined, inet}),
    {ok, #state{own = Own, family = Family}}.

handle_call({register, Own, Family, OnTaken}, From, #state{way = none, from = undefined} = State) ->
    ok = epmesh_names:set(registration, {Own, Family}),
    _ = erlang:start_timer(?BOOT_MS, self(), {boot, From}),
    _ = is_pid(whereis(net_kernel)) andalso erlang:monitor(process, net_kernel),
    Wanted = State#state{own = Own, family = Family, from = From, on_taken = OnTaken},
    {noreply, try_now(Wanted)};
handle_call({register, _, _, _}, _From, State) ->
    {reply, {error, already_registered}, State};
handle_call(info, _From, #state{own = undefined} = State) ->
    {reply, #{registered => no}, State};
handle_call(info, _From, #state{own = #{node := Node, port := Port}} = State) ->
    Info = #{registered => registered(State), as => Node, listens => Port},
    {reply, Info, State}.

registered(#state{way = session}) -> mesh;
registered(#state{way = {epmd, _}}) -> epmd;
registered(#state{refusal = undefined}) -> no;
registered(#state{refusal = Refusal}) -> {no, Refusal}.

handle_cast({link, Link}, #state{way = Way} = State) ->
    Now = State#state{link = Link},
    case Link of
        {down, _} when Way =:= session -> {noreply, try_now(Now#state{way = none})};
        _ when Way =:= none -> {noreply, try_now(Now)};
        _ -> {noreply, Now}
    end.

handle_info({Tag, Answer}, #state{way = {asking, Tag}} = State) ->
    {noreply, asked(Answer, State#state{way = none})};
handle_info({'DOWN', Mon, process, _, Result}, #state{way = {connecting, Mon}} = State) ->
    {noreply, connected(Result, State#state{way = none})};
handle_info({'DOWN', _, process, {net_kernel, _}, _}, State) ->
    {noreply, withdraw(State)};
handle_info({tcp, Socket, Data}, #state{way = {sent, Socket, Before, Timer}} = State) ->
    Received = <<Before/binary, Data/binary>>,
    {noreply, epmd_says(epmesh_alive:reply(Received), Socket, Received, Timer, State)};
handle_info({tcp_closed, Socket}, #state{way = {sent, Socket, _, _}} = State) ->
    {noreply, retry_later(epmd_close, State#state{way = none})};
handle_info({tcp_closed, Socket}, #state{way = {epmd, Socket}} = State) ->
    %% Its successor may be a peer.
    ok = epmesh_session:retry(),
    {noreply, retry_later(epmd_close, State#state{way = none})};
handle_info({tcp_error, Socket, Reason}, #state{way = {sent, Socket, _, _}} = State) ->
    {noreply, retry_later(Reason, State#state{way = none})};
handle_info({timeout, Timer, no_reply}, #state{way = {sent, Socket, _, Timer}} = State) ->
    ok = gen_tcp:close(Socket),
    {noreply, retry_later(no_reg_reply_from_epmd, State#state{way = none})};
handle_info({timeout, Timer, retry}, #state{retry = Timer, way = none} = State) ->
    {noreply, try_now(State#state{retry = undefined})};
handle_info({timeout, _, {boot, From}}, #state{from = From} = State) ->
    {noreply, answer({ok, -1}, State)};
handle_info(_, State) ->
    %% From a socket, timer or request of before.
    {noreply, State}.

%% Invariant: way = none.
try_now(#state{own = undefined} = State) ->
    State;
try_now(#state{link = up, own = Own} = State) ->
    %% The kernel may have taken a creation of its own.
    Register = {register, Own#{creation := creation()}},
    Tag = epmesh_session:request_async(Register, ?REPLY_MS),
    State#state{way = {asking, Tag}};
try_now(#state{link = connecting} = State) ->
    State;
try_now(#state{link = {down, starting}} = State) ->
    State;
try_now(#state{link = {down, {lost, _}}} = State) ->
    %% There was a session: the next try will show whether there is another.
    State;
try_now(#state{link = {down, {unreachable, _} = Reason}} = State) ->
    %% Nothing listens, so there is nothing to wait for: the next link is the next chance.
    answer({ok, -1}, State#state{refusal = Reason});
try_now(#state{link = {down, _}, family = Family} = State) ->
    {_, Mon} = epmesh_connector:start(Family),
    State#state{way = {connecting, Mon}}.

creation() ->
    case is_alive() of
        true -> erlang:system_info(creation);
        false -> undefined
    end.

asked({ok, {registered, Creation, Resume}}, #state{own = Own} = State) ->
    kept(Own#{resume := Resume}, session, Creation, State);
asked({error, {taken, _}}, State) ->
    taken(State);
asked({error, {unknown_type, _}}, #state{family = Family} = State) ->
    {_, Mon} = epmesh_connector:start(Family),
    State#state{way = {connecting, Mon}};
asked({error, {not_allowed, _} = Reason}, State) ->
    retry_later(Reason, answer({ok, -1}, State));
asked({error, Reason}, State) ->
    retry_later(Reason, State).

connected({connected, Socket}, #state{own = Own} = State) ->
    case gen_tcp:send(Socket, epmesh_alive:request(Own)) of
        ok ->
            _ = inet:setopts(Socket, [{active, true}]),
            Timer = erlang:start_timer(?REPLY_MS, self(), no_reply),
            State#state{way = {sent, Socket, <<>>, Timer}};
        {error, Reason} ->
            ok = gen_tcp:close(Socket),
            retry_later(Reason, State)
    end;
connected({unreachable, _} = Reason, State) ->
    retry_later(Reason, answer({ok, -1}, State));
connected(Crash, State) ->
    retry_later(Crash, answer({ok, -1}, State)).

epmd_says(more, Socket, Received, Timer, State) ->
    State#state{way = {sent, Socket, Received, Timer}};
epmd_says({ok, Creation}, Socket, _, Timer, #state{own = Own} = State) ->
    _ = erlang:cancel_timer(Timer),
    kept(Own, {epmd, Socket}, Creation, State);
epmd_says(Refusal, Socket, _, Timer, State) ->
    _ = erlang:cancel_timer(Timer),
    ok = gen_tcp:close(Socket),
    case Refusal of
        taken -> taken(State#state{way = none});
        {error, Reason} -> retry_later(Reason, State#state{way = none})
    end.

kept(Own, Way, Creation, #state{family = Family} = State) ->
    ok = epmesh_names:set(registration, {Own, Family}),
    answer({ok, Creation}, State#state{own = Own, way = Way, refusal = undefined}).

%% While the node starts that ends it, as erl_epmd does; later it is tried again.
taken(#state{from = From, on_taken = fail} = State) when From =/= undefined ->
    ok = epmesh_names:unset(registration),
    answer({error, duplicate_name}, State#state{own = undefined, refusal = duplicate_name});
taken(State) ->
    retry_later(duplicate_name, answer({ok, -1}, State)).

%% Distribution was stopped, and this process is not a part of it: the application began it.
withdraw(#state{way = Way} = State) ->
    case Way of
        session -> ok = epmesh_session:reconnect();
        {epmd, Socket} -> ok = gen_tcp:close(Socket);
        {sent, Socket, _, _} -> ok = gen_tcp:close(Socket);
        _ -> ok
    end,
    ok = epmesh_names:unset(registration),
    State#state{own = undefined, way = none}.

retry_later(Reason, State) ->
    Timer = erlang:start_timer(?RETRY_MS, self(), retry),
    State#state{retry = Timer, refusal = Reason}.

answer(_Answer, #state{from = undefined} = State) ->
    State;
answer(Answer, #state{from = From} = State) ->
    gen_server:reply(From, Answer),
    State#state{from = undefined}.
