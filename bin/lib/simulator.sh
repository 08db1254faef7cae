# Builds the simulator when it was never built or a source is newer. Sourced by the scripts in bin
# after jdk.sh; expects $root, the top of the source tree. Sets $simulator_app, the directory of the
# jars.

simulator_app=$root/simulator/target/app

simulator_build_if_needed() {
    local module sources=("$root/pom.xml")
    for module in gossip epmd-frontend relay registry-node simulator; do
        sources+=("$root/$module/pom.xml" "$root/$module/src/main")
    done
    if [[ -f $simulator_app/stamp && -z $(find "${sources[@]}" -newer "$simulator_app/stamp" -print -quit) ]]; then
        return
    fi
    command -v mvn >/dev/null || {
        echo "simulate needs Maven for its first build (Debian: apt-get install maven)." >&2
        return 2
    }
    echo "simulate: building, for the first time or because a source has changed ..." >&2
    rm -rf "$simulator_app"
    mkdir -p "$simulator_app"
    local began=$simulator_app.began
    : >"$began"
    MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
        mvn -B -q -ntp -f "$root/pom.xml" -pl simulator -am package \
        -Dstyle.color=never -Dmaven.test.skip=true </dev/null >&2 &&
        mv "$began" "$simulator_app/stamp"
}

# Runs seeds for so many seconds, from the first one on; with a file, from the seed that it names,
# and writes down there which comes next.
simulator_seeds() {
    local seconds=$1 next=${2:-} first=1 done
    [[ -z $next || ! -f $next ]] || first=$(<"$next")
    "$root/bin/simulate" --seeds "$first..999999999" --seconds "$seconds" |
        tee "$root/target/simulate.log"
    local outcome=${PIPESTATUS[0]}
    done=$(sed -n 's/^\([0-9,]*\) seeds, .*/\1/p' "$root/target/simulate.log" | tr -d ,)
    if [[ -n $next && $outcome == 0 ]]; then
        echo $((first + done)) >"$next"
        echo "seeds held so far: $((first + done - 1))"
    fi
    return "$outcome"
}
