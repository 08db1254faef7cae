#!/usr/bin/env bash
# The inside of `bench client`, in a network namespace of its own:
#   bench-client.sh ROOT PAIRS SERVER_CORE LOADER_CORE
set -eu

root=$1 pairs=$2 server=$3 loader=$4
work=$(mktemp -d)
cleanup() {
    kill -9 ${epmd:-} ${peer:-} 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT

epmd_port=43690 peer_port=43691
taskset -c "$server" epmd -port "$epmd_port" >"$work/epmd.log" 2>&1 &
epmd=$!
taskset -c "$server" "$root/bin/epmesh" start --epmd-port "$peer_port" --http off \
    --data-dir "$work/data" >"$work/peer.log" 2>&1 &
peer=$!
for _ in $(seq 300); do
    grep -q ' is up: ' "$work/peer.log" && break
    kill -0 "$peer" 2>/dev/null || break
    sleep 0.1
done
grep -q ' is up: ' "$work/peer.log" || {
    echo "bench: the peer did not start:" >&2
    cat "$work/peer.log" >&2
    exit 2
}

mkdir "$work/ebin"
erlc -o "$work/ebin" "$root"/erlang-client/apps/epmesh/src/*.erl \
    "$root/erlang-client/bench/epmesh_bench.erl"
cp "$root/erlang-client/apps/epmesh/src/epmesh.app.src" "$work/ebin/epmesh.app"
EPMESH_PEER=127.0.0.1:$peer_port taskset -c "$loader" erl -noinput -pa "$work/ebin" \
    -start_epmd false -epmd_module epmesh_epmd -epmd_port "$epmd_port" \
    -run epmesh_bench main "$pairs" "$epmd_port" "$peer_port" "$peer"
