# Builds the peer when it was never built or a source is newer. Sourced by the scripts in bin after
# jdk.sh; POSIX sh. Expects $root, the top of the source tree.
#
# Each build is copied to a directory of its own, registry-node/target/run/N, and `current` points
# to the newest: a peer that runs keeps its jars while others build.

build_run=$root/registry-node/target/run
build_modules="gossip epmd-frontend relay registry-node"

# How many older builds are kept for those that still run from them.
build_kept=4

# Whether the newest build is newer than all sources. Directories count, so a removed file does too.
build_is_current() {
    [ -f "$build_run/current/stamp" ] || return 1
    set -- "$root/pom.xml"
    for build_module in $build_modules; do
        [ ! -f "$root/$build_module/pom.xml" ] ||
            set -- "$@" "$root/$build_module/pom.xml" "$root/$build_module/src/main"
    done
    [ -z "$(find "$@" -newer "$build_run/current/stamp" -print | head -n 1)" ]
}

build_all() {
    command -v mvn >/dev/null 2>&1 || {
        echo "epmesh needs Maven for its first build (Debian: apt-get install maven)." >&2
        return 1
    }
    echo "epmesh: building, for the first time or because a source has changed ..." >&2
    build_new=$build_run/$(date +%Y%m%dT%H%M%S).$$
    mkdir "$build_new" && : >"$build_new/stamp" || return 1
    rm -rf "$root/registry-node/target/app"
    # The option lets Maven's own libraries run under a JDK 25 without warnings.
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
        mvn -B -q -ntp -f "$root/pom.xml" -pl registry-node -am package \
        -Dstyle.color=never -Dmaven.test.skip=true </dev/null >&2 &&
        cp "$root/registry-node/target/app/"*.jar "$build_new/" || {
        rm -rf "$build_new"
        echo "epmesh: the build failed, see above." >&2
        return 1
    }
    ln -sfn "${build_new##*/}" "$build_run/current"
    build_old=$(ls -1d "$build_run"/[0-9]* | sort -r | tail -n +$((build_kept + 2)))
    [ -z "$build_old" ] || echo "$build_old" | while read -r build_dir; do rm -rf "$build_dir"; done
}

# Sets $app, the directory of the jars, after building them if need be. Starts at the same time
# build once, where the system has flock.
build_if_needed() {
    if ! build_is_current; then
        mkdir -p "$build_run" || return 1
        (
            if command -v flock >/dev/null 2>&1; then flock 9; fi
            build_is_current || build_all 9>&-
        ) 9>"$build_run/lock" || return 1
    fi
    app=$(cd "$build_run/current" && pwd -P)
}
