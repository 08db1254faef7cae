# Class archives of the peer and its commands: which classes, and the files. Sourced by bin/package and bin/verify
# after jdk.sh; bash.

# Asks the EPMD port $1: a node that registers and stays on descriptor 4.
archive_node() {
    exec 4<>"/dev/tcp/127.0.0.1/$1"
    printf '\0\021x\x9c\x40\x4d\0\0\x06\0\x05\0\x04train\0\0' | head -c 19 >&4
}

# Asks the EPMD port $1 as clients do: for its names, and for the node that registered.
archive_ask() {
    local request
    for request in '\0\001n' '\0\006ztrain'; do
        exec 5<>"/dev/tcp/127.0.0.1/$1"
        printf "$request" >&5
        cat <&5 >/dev/null
        exec 5>&-
    done
}

# Asks HTTP at port $1 for the resource $2.
archive_get() {
    exec 5<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$2" >&5
    cat <&5 >/dev/null
    exec 5>&-
}

# Waits for the peer whose log is $1 and prints its ports: EPMD's and that of HTTP.
archive_ports() {
    local deadline=$((SECONDS + 60)) ports
    while ((SECONDS < deadline)); do
        ports=$(sed -n 's/.* is up: epmd port \([0-9]*\),.* http [^ ]*:\([0-9]*\),.*/\1 \2/p' "$1")
        [[ ! $ports ]] || { echo "$ports" && return; }
        sleep 0.1
    done
    echo "archive: no peer is up: $(cat "$1")" >&2
    return 1
}

# Classes that an archive cannot hold whole: Netty's makers of TLS, whose kinds for OpenSSL want a
# library that is not there. With them in it, each start would look for those in the jars, 40 ms.
archive_unfit='io/netty/handler/ssl/([A-Za-z]*SslContext|JdkSsl[A-Z][a-z]*Context|.*OpenSsl)'

# Merges lists of loaded classes, without what differs from run to run: numbers. Classes come first,
# for the other lines are about them.
archive_list() {
    sed '/^#/d; / source: /d; s/ id: .*//' "$@" | grep -Ev "$archive_unfit" | sort -u >"$work/lines"
    grep -v '^@' "$work/lines"
    grep '^@lambda' "$work/lines"
    grep '^@cp' "$work/lines"
}

# Writes the classes that peers load to peer.classes in $1, of a mesh of two with a key and of one
# alone that is started twice, and those of the commands to commands.classes. The rest are the command of the virtual machine, --, and the
# jar. In a shell of its own, with whose end all ends.
archive_train() (
    lists=$1 java=() peers=()
    shift
    while [[ $1 != -- ]]; do java+=("$1") && shift; done
    jar=$2
    work=$(mktemp -d)
    trap 'kill "${peers[@]}" 2>/dev/null || :; rm -rf "$work"' EXIT
    # Only the package's own settings count.
    unset "${!EPMESH_@}" "${!ERL_EPMD_@}" JDK_JAVA_OPTIONS JAVA_TOOL_OPTIONS
    number=0
    train() {
        "${java[@]}" -Xshare:auto -XX:DumpLoadedClassList="$work/command$((++number)).list" \
            -jar "$jar" "$@"
    }
    # Starts a peer with the log $1 and the data directory $2; the rest are flags.
    train_peer() {
        : >"$work/$1.log" # which is read before the peer is there
        "${java[@]}" -Xshare:auto -XX:DumpLoadedClassList="$work/$1.list" -jar "$jar" start \
            --data-dir="$work/$2" --gossip-port=0 --epmd-port=0 --http=127.0.0.1:0 "${@:3}" \
            >"$work/$1.log" 2>&1 &
        peers+=($!)
    }
    train_end() {
        kill "${peers[@]}"
        wait "${peers[@]}" || (($? == 143))
        peers=()
    }
    meshed=(--key-file="$work/key" --gossip-address=127.0.0.1 --relay=module --relay-port=0)
    "${java[@]}" -Xshare:auto -jar "$jar" keys new "$work/key" >/dev/null
    train_peer a a "${meshed[@]}"
    read -r port http < <(archive_ports "$work/a.log")
    export EPMESH_EPMD_PORT=$port
    gossip= deadline=$((SECONDS + 60))
    until [[ $gossip ]]; do # it is told once JGroups listens
        ((SECONDS < deadline)) || { echo "archive: no gossip port: $(cat "$work/a.log")" >&2; exit 1; }
        gossip=$(train peers --format=json |
            sed -n 's/.*"gossipAddress":"\(127.0.0.1:[1-9][0-9]*\)".*/\1/p')
    done
    train_peer b b "${meshed[@]}" --join="$gossip"
    archive_ports "$work/b.log" >/dev/null
    archive_node "$port"
    archive_ask "$port"
    train add-node train@127.0.0.1 127.0.0.1:4 >/dev/null
    for command in "names" "names --format=json" "lookup train@127.0.0.1" mappings peers \
        "remove-node train@127.0.0.1" cables status "config show" version "--help" "names --help"; do
        # A "no" is an answer too.
        train $command >/dev/null 2>&1 || (($? == 1))
    done
    for resource in / /metrics /api/v1/names /api/v1/status; do archive_get "$http" "$resource"; done
    train_end
    for run in first again; do
        train_peer "$run" lone
        read -r port http < <(archive_ports "$work/$run.log")
        archive_node "$port"
        archive_ask "$port"
        train_end
    done
    archive_list "$work"/{a,b,first,again}.list >"$lists/peer.classes"
    archive_list "$work"/command*.list >"$lists/commands.classes"
)

# Makes of the classes in $1 the archive $2. The rest are the command of the virtual machine, --, and the jar.
archive_dump() {
    local list=$1 archive=$2 java=()
    shift 2
    while [[ $1 != -- ]]; do java+=("$1") && shift; done
    "${java[@]}" -Xshare:dump -XX:+AOTClassLinking -XX:SharedClassListFile="$list" \
        -XX:SharedArchiveFile="$archive" -Xlog:disable -Xlog:all=error:stderr -jar "$2"
}

# The same, with the same bytes from the same files. Two are made, for the time of some references is that of
# the making: where they differ in that alone it is set to zero. Where they differ in more, as one of
# them did on a machine that was very busy, both are made again, twice at most.
archive_make() {
    local list=$1 archive=$2
    shift 2
    for _ in 1 2 3; do
        archive_dump "$list" "$archive" "$@" || return
        archive_dump "$list" "$archive.again" "$@" || return
        if "$JAVA_HOME/bin/java" "$root/packaging/lib/Timeless.java" "$archive" "$archive.again"; then
            rm "$archive.again"
            return
        fi
    done
    return 1
}

# Makes archives beside the jars in $1, for bin/epmesh.
archive_build() {
    local jar each
    local java=("$JAVA_HOME/bin/java" "@$root/bin/lib/java.options")
    jar=$(echo "$1"/epmesh-registry-node-*.jar)
    [[ -e $1/peer.jsa ]] && return
    archive_train "$1" "${java[@]}" -- "$jar" || return
    for each in commands peer; do
        archive_dump "$1/$each.classes" "$1/$each.new" "${java[@]}" -- "$jar" || return
        mv "$1/$each.new" "$1/$each.jsa"
    done
}
