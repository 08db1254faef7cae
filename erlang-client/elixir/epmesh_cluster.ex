# A strategy for libcluster: connects to the nodes of the mesh as it reports them, without polling.
# Copy it into your own lib; without libcluster it compiles to nothing.
#
#     config :libcluster,
#       topologies: [mesh: [strategy: EpmeshCluster, config: [pattern: "app*@*"]]]
#
# pattern: full node names, * for any characters and ? for one; all of the mesh if not given.
if Code.ensure_loaded?(Cluster.Strategy) do
  defmodule EpmeshCluster do
    use GenServer

    alias Cluster.Strategy
    alias Cluster.Strategy.State

    # A connection that failed or broke is no news to the mesh.
    @again_ms 10_000

    def child_spec(args) do
      %{id: __MODULE__, start: {__MODULE__, :start_link, [args]}}
    end

    def start_link([%State{} = state]) do
      GenServer.start_link(__MODULE__, state)
    end

    @impl true
    def init(state) do
      {:ok, state, {:continue, :subscribe}}
    end

    @impl true
    def handle_continue(:subscribe, state) do
      {:ok, _ref} = :epmesh.subscribe()
      {:noreply, again(state)}
    end

    @impl true
    def handle_info({:epmesh, _ref, {:down, _entry}}, state), do: {:noreply, state}

    def handle_info({:epmesh, _ref, {_change, entry}}, state) do
      connect([entry], state)
      {:noreply, state}
    end

    def handle_info(:again, state), do: {:noreply, again(state)}

    defp again(state) do
      case :epmesh.names() do
        {:error, _reason} -> :ok
        entries -> connect(entries, state)
      end

      Process.send_after(self(), :again, @again_ms)
      state
    end

    # Only what matches becomes an atom.
    defp connect(entries, %State{topology: topology, connect: connect, list_nodes: list} = state) do
      pattern = Keyword.get(state.config || [], :pattern, "*")

      wanted =
        for %{node: name, type: :normal} <- entries,
            :epmesh_autoconnect.matches(name, pattern),
            node = String.to_atom(name),
            node != node(),
            do: node

      Strategy.connect_nodes(topology, connect, list, wanted)
    end
  end
end
