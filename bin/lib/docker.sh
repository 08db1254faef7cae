# Docker's engine, and the image of a host, for bin/chaos and bin/verify. Sourced after
# debian.sh; bash. Expects $root.
#
# An engine that answers is used as it is. Otherwise, as root, one is started that belongs to the
# caller alone, installed from Debian's packages before if need be: with a network namespace and a
# directory of its own, so that nothing of it is left after docker_down.
#
# The image has what chaos-tests/src/test/docker/packages lists, made by debootstrap, or by Docker from
# the Dockerfile beside it. Neither JDK nor epmesh is in it, for both are mounted; so it is made once
# for each change of its recipe, and kept in the user's cache.

docker_recipe=$root/chaos-tests/src/test/docker
docker_cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/epmesh
docker_dir= docker_missing=

# Installs the packages of the programs, given as program=package, that are missing.
docker_install() {
    local missing
    mapfile -t missing < <(debian_missing "$@")
    ((${#missing[@]} == 0)) && return
    if debian_may_install; then
        echo "installing ${missing[*]}" >&2
        debian_install "${missing[@]}" >/dev/null 2>&1 && return
    fi
    docker_missing="needs Debian's ${missing[*]}"
    return 1
}

# Makes an engine and the image ready, and exports what the harness needs. If it cannot, says why in
# $docker_missing. Whoever calls it must call docker_down at the end.
docker_up() {
    ((EUID == 0)) || {
        docker_missing="hosts under faults need root"
        return 1
    }
    docker_install ip=iproute2 iptables=iptables nsenter=util-linux mkfs.ext4=e2fsprogs \
        git=git || return
    if ! docker info >/dev/null 2>&1; then
        docker_install dockerd=docker.io && docker_start || return
    fi
    docker_clock
    export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=localhost
    docker_image
}

# Builds what lets the clock of one peer be stepped; without a compiler no clock is.
docker_clock() {
    CHAOS_CLOCK_LIBRARY=$docker_cache/clock-$(sha256sum <"$docker_recipe/clock.c" | head -c 12).so
    export CHAOS_CLOCK_LIBRARY
    [[ ! -f $CHAOS_CLOCK_LIBRARY ]] || return
    mkdir -p "$docker_cache"
    rm -f "$docker_cache"/clock-*.so
    docker_install cc=gcc &&
        { [[ -f /usr/include/stdlib.h ]] || docker_install /=libc6-dev; } &&
        cc -shared -fPIC -O2 -o "$CHAOS_CLOCK_LIBRARY" "$docker_recipe/clock.c" || {
        echo "no clock is stepped: that needs a C compiler (Debian: gcc, libc6-dev)" >&2
        CHAOS_CLOCK_LIBRARY= docker_missing=
    }
}

docker_start() {
    local tries
    docker_sweep
    docker_dir=$(mktemp -d /tmp/epmesh-docker-XXXXXX)
    echo $$ >"$docker_dir/owner"
    ip netns add "${docker_dir#/tmp/}" || {
        docker_missing="no network namespaces here"
        return 1
    }
    export DOCKER_HOST=unix://$docker_dir/socket
    nsenter --net="/run/netns/${docker_dir#/tmp/}" setsid dockerd --host "$DOCKER_HOST" \
        --data-root "$docker_dir/data" --exec-root "$docker_dir/exec" \
        --pidfile "$docker_dir/pid" >"$docker_dir/log" 2>&1 </dev/null &
    for ((tries = 0; tries < 300; tries++)); do
        docker info >/dev/null 2>&1 && return
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    docker_missing="Docker's engine does not start: $(tail -n 1 "$docker_dir/log")"
    return 1
}

# Ends the engine of directory $1 and removes all that it had.
docker_remove() {
    local pid tries mount
    # The file may be of a machine before its restart, and the process another one.
    if pid=$(cat "$1/pid" 2>/dev/null) && grep -qsF "$1/pid" "/proc/$pid/cmdline" &&
        kill "$pid" 2>/dev/null; then
        for ((tries = 0; tries < 300; tries++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
    fi
    while read -r _ mount _; do
        [[ $mount != "$1"/* ]] || umount -l "$mount"
    done < <(tac /proc/mounts)
    ip netns delete "${1#/tmp/}"
    rm -rf "$1"
}

# Removes the engines of callers that were killed.
docker_sweep() {
    local directory
    for directory in /tmp/epmesh-docker-*; do
        [[ -d $directory ]] || continue
        kill -0 "$(cat "$directory/owner" 2>/dev/null)" 2>/dev/null || docker_remove "$directory"
    done
}

# Ends the engine, if docker_up started it.
docker_down() {
    [[ ! $docker_dir ]] || docker_remove "$docker_dir"
    docker_dir=
}

docker_image() {
    local hash archive old
    hash=$( (cd "$docker_recipe" && cat packages Dockerfile; docker_release; uname -m) | sha256sum)
    hash=${hash:0:12}
    archive=$docker_cache/chaos-$hash.tar
    CHAOS_IMAGE=epmesh-chaos:$hash
    export CHAOS_IMAGE
    docker image inspect "$CHAOS_IMAGE" >/dev/null 2>&1 && return
    for old in $(docker images -q epmesh-chaos); do
        docker rmi -f "$old" >/dev/null
    done
    mkdir -p "$docker_cache"
    find "$docker_cache" -name 'chaos-*.tar' ! -name "chaos-$hash.tar" -delete
    if [[ ! -f $archive ]]; then
        echo "making the image of a host, once ..." >&2
        docker_debootstrap "$archive" || docker_build "$archive" || {
            docker_missing="no image of a host: neither debootstrap nor docker build works, see \
$docker_cache/chaos.log"
            return 1
        }
    fi
    docker import "$archive" "$CHAOS_IMAGE" >/dev/null || {
        docker_missing="docker import $archive fails"
        return 1
    }
}

# The release of Debian of this machine, else its stable one.
docker_release() {
    (. /etc/os-release && [[ $ID == debian ]] && echo "$VERSION_CODENAME") 2>/dev/null || echo stable
}

# From Debian's packages, from where this machine has its own, into archive $1.
docker_debootstrap() {
    local tree mirror made
    docker_install debootstrap=debootstrap || return
    mirror=$(apt-get indextargets --format '$(SITE)|$(CODENAME)' 'Created-By: Packages' 2>/dev/null |
        sed -n "s/|$(docker_release)\$//p" | head -n 1)
    tree=$(mktemp -d)
    debootstrap --variant=minbase --include="$(paste -sd, "$docker_recipe/packages")" \
        "$(docker_release)" "$tree" ${mirror:+"$mirror"} >"$docker_cache/chaos.log" 2>&1 &&
        rm -rf "$tree"/var/{cache,lib/apt/lists,log}/* "$tree"/usr/share/{doc,man,locale,info}/* &&
        tar -C "$tree" -cf "$1.new" . && mv "$1.new" "$1"
    made=$?
    rm -rf "$tree"
    return "$made"
}

# By Docker, from the Internet, into archive $1.
docker_build() {
    local container made
    docker build -q -t epmesh-chaos:build "$docker_recipe" >>"$docker_cache/chaos.log" 2>&1 &&
        container=$(docker create epmesh-chaos:build true) || return
    docker export -o "$1.new" "$container" && mv "$1.new" "$1"
    made=$?
    docker rm "$container" >/dev/null
    docker rmi epmesh-chaos:build >/dev/null
    return "$made"
}
