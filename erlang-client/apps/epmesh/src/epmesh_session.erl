%% The session with the peer: keeps one connection, asks what it is told to ask, and feeds what
%% the watch says to epmesh_watch. While the peer restarts, hangs or is gone it tries again, and
%% what was known stays.
%%
%% Its socket is only ever waited for by messages. Nothing that net_kernel runs calls it.
-module(epmesh_session).

-behaviour(gen_server).

-export([start_link/0, request/2, request_async/2, announce/0, retry/0, reconnect/0, info/0]).
-export([subscribe/1, unsubscribe/1, result/2]).
-export([init/1, handle_continue/2, handle_call/3, handle_cast/2, handle_info/2]).

-export_type([link/0, failure/0]).

%% How long a peer may take for its welcome.
-define(WELCOME_MS, 2000).
%% A peer that says nothing in one such interval and the next hangs.
-define(PING_MS, 5000).
-define(FIRST_RETRY_MS, 50).
-define(LAST_RETRY_MS, 2000).
%% Where another epmd is in the peer's place there is no hurry.
-define(PLAIN_RETRY_MS, 10000).
%% How long names of the mesh are answered when another epmd is in the peer's place: it may have
%% come up in the moment of a restart.
-define(PLAIN_KEEP_MS, 60000).
%% Requests that wait for answers, in all.
-define(MOST_REQUESTS, 1000).

-type link() :: up | connecting | {down, Reason :: term()}.

%% Why a request was not answered, or with what error.
-type failure() ::
    no_peer
    | plain_epmd
    | timeout
    | closed
    | busy
    | {bad_peer, string()}
    | {Code :: atom() | integer(), Text :: binary()}.

-record(state, {
    link = {down, starting} ::
        {down, term()}
        | {connecting, reference()}
        | {greeting, gen_tcp:socket()}
        | {up, gen_tcp:socket()},
    welcome = #{} :: map(),
    received = <<>> :: binary(),
    %% Of the present state of the link: the next try, the welcome's end, the next ping.
    timer :: reference() | undefined,
    heard = false :: boolean(),
    retry_ms = ?FIRST_RETRY_MS :: pos_integer(),
    next = 1 :: pos_integer(),
    %% Invariant: each has a timer {timeout, _, {request, Number}}; unsent while the link is not up.
    requests = #{} :: #{pos_integer() => request()},
    watch :: epmesh_watch:watch(),
    forget :: reference() | undefined
}).

-type request() :: #{
    %% none: nobody waits for the answer.
    from := gen_server:from() | none,
    request := epmesh_codec:request(),
    timer := reference(),
    parts := [term()]
}.

-spec start_link() -> {ok, pid()} | {error, term()}.
start_link() ->
    gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).

%% Asks the peer; never fails otherwise than by an error term. Where no session is kept, one is had
%% for this alone: tools look names up before they are nodes.
-spec request(epmesh_codec:request(), pos_integer()) -> {ok, term()} | {error, failure()}.
request(Request, Timeout) ->
    case whereis(?MODULE) of
        undefined -> epmesh_exchange:ask(<<>>, Request, Timeout);
        _ -> call({request, Request, Timeout})
    end.

%% The same, answered by a message {Tag, {ok, _} | {error, _}} to the caller.
-spec request_async(epmesh_codec:request(), pos_integer()) -> Tag :: reference().
request_async(Request, Timeout) ->
    Tag = make_ref(),
    gen_server:cast(?MODULE, {request, {self(), Tag}, Request, Timeout}),
    Tag.

%% Tells epmesh_registration how the link is, now and at each change.
-spec announce() -> ok.
announce() ->
    gen_server:cast(?MODULE, announce).

%% Tries to connect at once.
-spec retry() -> ok.
retry() ->
    gen_server:cast(?MODULE, retry).

%% Ends the session, and all that hangs on it, for another one.
-spec reconnect() -> ok.
reconnect() ->
    gen_server:cast(?MODULE, reconnect).

-spec info() -> map().
info() ->
    case call(info) of
        {error, no_peer} -> #{link => {down, not_started}, names => 0};
        Info -> Info
    end.

-spec subscribe(pid()) -> {ok, reference()} | {error, no_peer}.
subscribe(Pid) ->
    call({subscribe, Pid}).

-spec unsubscribe(reference()) -> ok.
unsubscribe(Ref) ->
    _ = call({unsubscribe, Ref}),
    ok.

%% No timeout: each call is answered by a timer of the server's at the latest.
call(Call) ->
    try
        gen_server:call(?MODULE, Call, infinity)
    catch
        exit:_ -> {error, no_peer}
    end.

init([]) ->
    {ok, #state{watch = epmesh_watch:new()}, {continue, connect}}.

handle_continue(connect, State) ->
    {noreply, connect(State)}.

handle_call({request, Request, Timeout}, From, State) ->
    {noreply, ask(From, Request, Timeout, State)};
handle_call({subscribe, Pid}, _From, State) ->
    {reply, {ok, epmesh_watch:subscribe(Pid)}, State};
handle_call({unsubscribe, Ref}, _From, State) ->
    {reply, epmesh_watch:unsubscribe(Ref), State};
handle_call(info, _From, #state{welcome = Welcome, watch = Watch} = State) ->
    Info = #{
        link => link_of(State), names => epmesh_names:size(), watch => epmesh_watch:kind(Watch)
    },
    {reply, maps:merge(Welcome, Info), State}.

handle_cast({request, From, Request, Timeout}, State) ->
    {noreply, ask(From, Request, Timeout, State)};
handle_cast(announce, State) ->
    {noreply, announce(State)};
handle_cast(retry, #state{link = {down, _}} = State) ->
    {noreply, connect(State#state{retry_ms = ?FIRST_RETRY_MS})};
handle_cast(retry, State) ->
    {noreply, State};
handle_cast(reconnect, #state{link = {up, _}} = State) ->
    {noreply, fail(closed, State)};
handle_cast(reconnect, State) ->
    {noreply, State}.

handle_info({tcp, Socket, Data}, #state{link = {_, Socket}, received = Before} = State) ->
    {noreply, frames(State#state{received = <<Before/binary, Data/binary>>, heard = true})};
handle_info({tcp_closed, Socket}, #state{link = {greeting, Socket}, received = <<>>} = State) ->
    {noreply, fail(plain_epmd, State)};
handle_info({tcp_closed, Socket}, #state{link = {_, Socket}} = State) ->
    {noreply, fail(closed, State)};
handle_info({tcp_error, Socket, Reason}, #state{link = {_, Socket}} = State) ->
    {noreply, fail(Reason, State)};
handle_info({'DOWN', Mon, process, _, Result}, #state{link = {connecting, Mon}} = State) ->
    case Result of
        {connected, Socket} -> {noreply, greet(Socket, State)};
        {unreachable, Reason} -> {noreply, fail({unreachable, Reason}, State)};
        Crash -> {noreply, fail({unreachable, Crash}, State)}
    end;
handle_info({timeout, Timer, Event}, #state{timer = Timer} = State) ->
    {noreply, timer(Event, State#state{timer = undefined})};
handle_info({timeout, Timer, forget}, #state{forget = Timer, watch = Watch} = State) ->
    {noreply, State#state{forget = undefined, watch = epmesh_watch:forget(Watch)}};
handle_info({timeout, _, {request, Number}}, #state{requests = Requests} = State) ->
    case maps:take(Number, Requests) of
        {Request, Others} ->
            reply(Request, {error, timeout}),
            {noreply, State#state{requests = Others}};
        error ->
            {noreply, State}
    end;
handle_info({timeout, _, {sweep, _} = Sweep}, #state{watch = Watch} = State) ->
    {noreply, State#state{watch = epmesh_watch:sweep(Sweep, Watch)}};
handle_info({'DOWN', _, process, _, _} = Down, State) ->
    epmesh_watch:subscriber_down(Down),
    {noreply, State};
handle_info(_, State) ->
    %% From a socket or timer of before.
    {noreply, State}.

%% The link.

connect(State) ->
    {_Pid, Mon} = epmesh_connector:start(inet),
    announce(stop_timer(State#state{link = {connecting, Mon}})).

greet(Socket, State) ->
    _ = inet:setopts(Socket, [{active, once}]),
    Greeting = start_timer(?WELCOME_MS, no_welcome, State#state{
        link = {greeting, Socket}, received = <<>>
    }),
    send(epmesh_codec:hello(own_name(), <<>>), Greeting).

own_name() ->
    case is_alive() of
        true -> atom_to_binary(node(), utf8);
        false -> <<>>
    end.

timer(connect, State) ->
    connect(State);
timer(no_welcome, State) ->
    fail(hangs, State);
timer(ping, #state{heard = false} = State) ->
    fail(hangs, State);
timer(ping, State) ->
    ping(State).

ping(#state{link = {up, _}} = State) ->
    tell(ping, start_timer(?PING_MS, ping, State#state{heard = false}));
ping(State) ->
    %% It broke already.
    State.

welcome(Welcome, #state{link = {greeting, Socket}, forget = Forget} = State) ->
    _ = is_reference(Forget) andalso erlang:cancel_timer(Forget),
    ok = epmesh_names:set(ask_the_way, maps:get(ask_the_way, Welcome)),
    Up = State#state{
        link = {up, Socket}, welcome = Welcome, retry_ms = ?FIRST_RETRY_MS, forget = undefined
    },
    Watching = begin_watch(epmesh_watch:begin_all(Up#state.watch), Up),
    Sent = maps:fold(
        fun(Number, #{request := Request}, S) ->
            send(epmesh_codec:request(Number, Request), S)
        end,
        Watching,
        Up#state.requests
    ),
    ping(announce(Sent)).

%% The link is down until the next try.
fail(_Reason, #state{link = {down, _}} = State) ->
    State;
fail(Cause, #state{link = {Was, Socket}, requests = Requests, retry_ms = Ms} = State) ->
    %% What was sent may have been done.
    {Reason, Failure} =
        case Was of
            up -> {{lost, Cause}, closed};
            _ -> {Cause, failure(Cause)}
        end,
    _ = is_reference(Socket) orelse gen_tcp:close(Socket),
    lists:foreach(
        fun(#{timer := Timer} = Request) ->
            _ = erlang:cancel_timer(Timer),
            reply(Request, {error, Failure})
        end,
        maps:values(Requests)
    ),
    Down = State#state{link = {down, Reason}, requests = #{}, received = <<>>, welcome = #{}},
    announce(case Reason of
        plain_epmd -> start_timer(?PLAIN_RETRY_MS, connect, forget_later(Down));
        _ -> start_timer(Ms, connect, Down#state{retry_ms = min(2 * Ms, ?LAST_RETRY_MS)})
    end).

failure(plain_epmd) -> plain_epmd;
failure({unreachable, {bad_peer, _} = Bad}) -> Bad;
failure(_) -> no_peer.

forget_later(#state{forget = undefined} = State) ->
    State#state{forget = erlang:start_timer(?PLAIN_KEEP_MS, self(), forget)};
forget_later(State) ->
    State.

link_of(#state{link = {up, _}}) -> up;
link_of(#state{link = {down, Reason}}) -> {down, Reason};
link_of(_) -> connecting.

announce(State) ->
    gen_server:cast(epmesh_registration, {link, link_of(State)}),
    State.

start_timer(Ms, Event, State) ->
    (stop_timer(State))#state{timer = erlang:start_timer(Ms, self(), Event)}.

stop_timer(#state{timer = undefined} = State) ->
    State;
stop_timer(#state{timer = Timer} = State) ->
    _ = erlang:cancel_timer(Timer),
    State#state{timer = undefined}.

send(_Bytes, #state{link = {down, _}} = State) ->
    State;
send(Bytes, #state{link = {_, Socket}} = State) ->
    case gen_tcp:send(Socket, Bytes) of
        ok -> State;
        {error, Reason} -> fail(Reason, State)
    end.

%% Requests.

ask(From, _Request, _Timeout, #state{requests = Requests} = State) when
    map_size(Requests) >= ?MOST_REQUESTS
->
    reply(#{from => From}, {error, busy}),
    State;
ask(From, _Request, _Timeout, #state{link = {down, Reason}} = State) ->
    reply(#{from => From}, {error, failure(Reason)}),
    State;
ask(From, Request, Timeout, #state{next = Number, requests = Requests} = State) ->
    Waiting = #{
        from => From,
        request => Request,
        timer => erlang:start_timer(Timeout, self(), {request, Number}),
        parts => []
    },
    More = State#state{next = next(Number), requests = Requests#{Number => Waiting}},
    case State#state.link of
        {up, _} -> send(epmesh_codec:request(Number, Request), More);
        _ -> More
    end.

next(16#ffffffff) -> 1;
next(Number) -> Number + 1.

reply(#{from := none}, _Reply) -> ok;
reply(#{from := From}, Reply) -> gen_server:reply(From, Reply).

tell(Request, State) ->
    ask(none, Request, ?PING_MS, State).

%% A watch is asked for like anything else, but answered again and again.
begin_watch({Request, Watch}, #state{next = Number} = State) ->
    Begun = epmesh_watch:begun(Number, Watch),
    send(epmesh_codec:request(Number, Request), State#state{next = next(Number), watch = Begun}).

%% What comes in.

frames(#state{received = Received, link = {_, Socket}} = State) ->
    case epmesh_codec:split(Received) of
        {ok, Frame, Rest} ->
            case message(epmesh_codec:decode(Frame), State#state{received = Rest}) of
                #state{link = {down, _}} = Down -> Down;
                Next -> frames(Next)
            end;
        more ->
            _ = inet:setopts(Socket, [{active, once}]),
            State;
        {malformed, Text} ->
            fail({malformed, Text}, State)
    end.

message({malformed, Text}, State) ->
    fail({malformed, Text}, State);
message({welcome, Welcome}, #state{link = {greeting, _}} = State) ->
    welcome(Welcome, State);
message({error, 0, Code, Text}, State) ->
    fail({Code, Text}, State);
message(Other, #state{link = {greeting, _}} = State) ->
    fail({malformed, {expected, welcome, Other}}, State);
message({answer, Number, {watched, _, _, _, _, _} = Watched}, #state{watch = Watch} = State) ->
    {Requests, Next} = epmesh_watch:watched(Number, Watched, Watch),
    lists:foldl(fun tell/2, State#state{watch = Next}, Requests);
message({answer, Number, Answer}, State) ->
    answer(Number, Answer, found(Answer, State));
message({error, Number, Code, Text}, #state{watch = Watch} = State) ->
    Failed = State#state{watch = epmesh_watch:failed(Number, Code, Watch)},
    answer(Number, {error, {Code, Text}}, Failed);
message(_Unknown, State) ->
    %% Of a later version, which says that clients may skip it.
    State.

%% What was looked up once is watched, where not all is.
found({found, {Node, _, _}}, #state{watch = Watch} = State) ->
    {Requests, Begin} = epmesh_watch:found(Node, Watch),
    Told = lists:foldl(fun tell/2, State, Requests),
    case Begin of
        none -> Told;
        _ -> begin_watch(Begin, Told)
    end;
found(_, State) ->
    State.

answer(Number, Answer, #state{requests = Requests} = State) ->
    case maps:take(Number, Requests) of
        {#{parts := Parts} = Request, Others} ->
            case Answer of
                {part, true, Part} ->
                    More = Request#{parts := [Part | Parts]},
                    State#state{requests = Requests#{Number := More}};
                _ ->
                    #{timer := Timer} = Request,
                    _ = erlang:cancel_timer(Timer),
                    reply(Request, result(Answer, Parts)),
                    State#state{requests = Others}
            end;
        error ->
            %% Its time had run out.
            State
    end.

%% What an answer, and the parts before it from last to first, mean to who asked.
-spec result(epmesh_codec:answer() | {error, failure()}, [list()]) ->
    {ok, term()} | {error, failure()}.
result({error, _} = Error, _) -> Error;
result({part, false, Part}, Parts) -> {ok, lists:append(lists:reverse([Part | Parts]))};
result({found, Node}, _) -> {ok, Node};
result(Answer, _) -> {ok, Answer}.
