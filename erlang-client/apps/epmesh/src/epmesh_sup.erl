%% What distribution is started with: the table of names and the two processes behind it.
%%
%% net_sup takes the distribution down with any child that ends. So this one does not: a crash
%% below, which would be a bug, is answered by a restart, whatever their number.
-module(epmesh_sup).

-behaviour(supervisor).

-export([start_link/0, init/1]).

-spec start_link() -> {ok, pid()} | ignore | {error, term()}.
start_link() ->
    case whereis(?MODULE) of
        undefined -> supervisor:start_link({local, ?MODULE}, ?MODULE, []);
        %% The application was started before distribution was.
        _ -> ignore
    end.

init([]) ->
    ok = epmesh_names:create(),
    Children = [
        #{id => epmesh_session, start => {epmesh_session, start_link, []}},
        #{id => epmesh_registration, start => {epmesh_registration, start_link, []}}
    ],
    {ok, {#{strategy => one_for_one, intensity => 1000000, period => 1}, Children}}.
