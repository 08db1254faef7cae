%% The application: what distribution did not start already, and auto_connect.
-module(epmesh_app).

-behaviour(application).
-behaviour(supervisor).

-export([start/2, stop/1, init/1]).

start(_Type, _Args) ->
    supervisor:start_link({local, ?MODULE}, ?MODULE, []).

stop(_State) ->
    ok.

init([]) ->
    Client = #{id => epmesh_sup, start => {epmesh_sup, start_link, []}, type => supervisor},
    Connect = #{id => epmesh_autoconnect, start => {epmesh_autoconnect, start_link, []}},
    {ok, {#{strategy => one_for_one}, [Client, Connect]}}.
