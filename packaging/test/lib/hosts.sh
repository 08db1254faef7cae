# Hosts with systemd as process 1, for tests of the packages. Sourced after checks.sh and debian.sh;
# bash. A host is a directory with a Debian, in namespaces of its own, on a network that all hosts of
# a test share; h1 is 10.77.0.1. No engine of containers is needed.
#
# All of it lives in namespaces of the test: what runs and what is mounted ends with its process. Only
# the control groups are the machine's, and are removed at the end.

hosts_packages=systemd,systemd-sysv,dbus,erlang-base,rabbitmq-server,iproute2,procps,adduser
declare -A host_pid=()

# Runs the script $0 again in namespaces of its own, as "$0 --within WORK DEB".
#   hosts_begin DEB [BASE.tar]
hosts_begin() {
    local deb code=0 base=${2:-$root/target/debian/systemd.tar}
    deb=$(readlink -e "$1") || { echo "$(basename "$0"): $1 (expected: a .deb)" >&2 && exit 2; }
    ((EUID == 0)) || skip "needs root, to unpack a Debian and to make namespaces"
    unshare -m -n -p -u -i -C -f true 2>/dev/null || skip "namespaces cannot be made here"
    grep -q '^[^ ]* [^ ]* cgroup2 ' /proc/mounts || skip "needs cgroup2, for systemd"
    mkdir -p "$root/target"
    work=$(mktemp -d "$root/target/hosts.XXXXXX")
    trap hosts_end EXIT
    debian_base "$base" "$hosts_packages"
    mkdir "$work/base"
    tar -C "$work/base" -xf "$base"
    timeout -k 5 1800 unshare -m -n -p -f --kill-child --mount-proc \
        bash "$0" --within "$work" "$deb" || code=$?
    exit "$code"
}

hosts_end() {
    local groups
    groups=$(hosts_groups)/${work##*/}
    [[ ! -d $groups ]] || find "$groups" -depth -type d -exec rmdir {} + || :
    rm -rf --one-file-system "$work"
}

# Where the machine has its control groups of version 2.
hosts_groups() {
    awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts
}

# Makes the network; a bridge that all hosts are attached to.
hosts_network() {
    ip link add mesh type bridge
    ip link set mesh up
    ip link set lo up
}

# host_start NUMBER [FUNCTION]: starts host h1, h2, ... The function is run before, with the directory
# of its Debian.
host_start() {
    local name=h$1 tree=$work/h$1/tree group
    mkdir -p "$tree" "$work/$name/changed" "$work/$name/overlay"
    mount -t overlay overlay "$tree" \
        -o "lowerdir=$work/base,upperdir=$work/$name/changed,workdir=$work/$name/overlay"
    echo "$name" >"$tree/etc/hostname"
    printf '%s\n' '127.0.0.1 localhost' '10.77.0.1 h1' '10.77.0.2 h2' '10.77.0.3 h3' >"$tree/etc/hosts"
    rm -f "$tree/etc/resolv.conf" "$tree/etc/machine-id"
    : >"$tree/etc/machine-id"
    [[ ! ${2:-} ]] || "$2" "$tree"
    group=$(hosts_groups)/${work##*/}/$name
    mkdir -p "$group"
    (
        echo "$BASHPID" >"$group/cgroup.procs"
        exec unshare -m -n -p -u -i -C -f --kill-child \
            bash "$root/packaging/test/lib/boot" "$tree" "$name" "10.77.0.$1/24"
    ) >"$work/$name/log" 2>&1 </dev/null &
    until [[ $(readlink /proc/$!/ns/net) != "$(readlink /proc/$$/ns/net)" ]]; do sleep 0.05; done
    ip link add "$name" type veth peer name eth0 netns $!
    ip link set "$name" master mesh up
    host_pid[$name]=$(pgrep -P $!) || fail "$name does not start: $(tail -n 3 "$work/$name/log")"
}

# Waits until systemd has started all that it shall on host $1, RabbitMQ too.
host_await() {
    within 300 "$1 runs, with systemd" on "$1" systemctl is-active multi-user.target
    within 300 "RabbitMQ's unit runs" on "$1" rabbitmqctl --timeout 10 await_startup
}

# on HOST COMMAND...: runs it on a host, as root.
on() {
    nsenter -t "${host_pid[$1]}" -m -n -p -u -i -C -- env -i \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        HOME=/root DEBIAN_FRONTEND=noninteractive "${@:2}"
}

# as_node HOST UNIT OPTIONS... -- ARGUMENTS...: runs erl as RabbitMQ's user, as a unit of systemd with
# further options of systemd-run.
as_node() {
    local host=$1 unit=$2 options=()
    shift 2
    while [[ $1 != -- ]]; do options+=("$1") && shift; done
    shift
    # A unit file has its values in one line.
    on "$host" systemd-run --quiet --uid=rabbitmq -E HOME=/var/lib/rabbitmq -E PATH=/usr/bin:/bin \
        "--unit=$unit" ${options[@]+"${options[@]}"} erl -noinput "${@//$'\n'/ }"
}

# said HOST UNIT TEXT: whether what runs in the unit has printed it.
said() { on "$1" journalctl "_SYSTEMD_UNIT=$2.service" -o cat | grep -q "$3"; }

# watch_nodes HOST NODES: starts a node that says when it loses another one. NODES is a list in
# Erlang's form.
watch_nodes() {
    as_node "$1" watch -- -sname watch -eval "
        net_kernel:monitor_nodes(true),
        [pong = net_adm:ping(Node) || Node <- $2],
        io:format(\"watches~n\"),
        (fun L() -> receive M -> io:format(\"~p~n\", [M]), L() end end)()."
    within 180 "a node on $1 watches $2" said "$1" watch watches
}

# lost HOST: whether the node that watches there has lost one that was to stay. Those that "finds"
# starts come and go.
lost() { said "$1" watch 'nodedown,\(rabbit\|watch\)@'; }

# finds HOST NODES: whether a node that starts now on a host reaches these.
finds() {
    as_node "$1" "new$RANDOM$RANDOM" --wait -- -sname "new$RANDOM" -eval "
        halt(case [pong || Node <- $2, net_adm:ping(Node) =/= pong] of [] -> 0; _ -> 1 end)."
}

names() { on "$1" epmd -names | sed -n 's/^name \([^ ]*\) at port .*/\1/p' | sort | tr '\n' ' '; }

# has_names HOST: whether its epmd, ours or the C program, has RabbitMQ and the node that watches.
has_names() { [[ $(names "$1") == "rabbit watch " ]]; }
