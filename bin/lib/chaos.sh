# What there is for bin/chaos to run, and the long runs that bin/verify --long asks for. Sourced by
# both; expects $root. A run of this very revision that was valid is not done again, so that what
# was interrupted goes on.

chaos_workloads="cuts distribution lookups mappings mesh-host mixed registrations"

# Of each workload, for bin/verify --long.
chaos_seeds="1 2 3"
chaos_time=30m

# Prints the seconds of a time as 40s, 4m or 1h; fails for anything else.
chaos_seconds() {
    case $1 in
    *[!0-9smh]* | *[smh]?* | [smh]* | '') return 1 ;;
    ??????*[smh]) return 1 ;;
    *s) echo "$((10#${1%s}))" ;;
    *m) echo "$((10#${1%m} * 60))" ;;
    *h) echo "$((10#${1%h} * 3600))" ;;
    *) return 1 ;;
    esac
}

# Prints the results of a valid run of workload $1, seed $2, for $3 seconds at revision $4; nothing
# if there is none.
chaos_find() {
    for chaos_results in "$root"/results/chaos/"$1"/"$2"-*/results.json; do
        [ -f "$chaos_results" ] &&
            grep -q '"verdict" : "valid"' "$chaos_results" &&
            ! grep -q '"verdict" : "\(invalid\|unknown\)"' "$chaos_results" &&
            grep -q "\"seconds\" : \"$3\"" "$chaos_results" &&
            grep -q "\"revision\" : \"$4\"" "$chaos_results" &&
            grep -q '"nemesis" : "all"' "$chaos_results" &&
            echo "$chaos_results"
    done | tail -n 1
}

# All workloads with all seeds. Fails if a run did; a tree with changes of its own has no revision to
# go by, and runs.
chaos_long() {
    chaos_failed=0
    if [ -n "$docker_missing" ]; then
        echo "chaos: not run: $docker_missing" # chaos_short has it among the skipped
        return
    fi
    chaos_revision=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)
    # shellcheck disable=SC2086 # the flags are words
    for chaos_seed in $chaos_seeds; do
        for chaos_workload in $chaos_workloads; do
            chaos_found=
            case $chaos_revision in
            *-dirty | unknown) ;;
            *)
                chaos_found=$(chaos_find "$chaos_workload" "$chaos_seed" \
                    "$(chaos_seconds "$chaos_time")" "$chaos_revision")
                ;;
            esac
            chaos_flags="--workload $chaos_workload --seed $chaos_seed --time $chaos_time"
            if [ -n "$chaos_found" ]; then
                echo "chaos: was valid before: $chaos_flags: $chaos_found"
            elif ! "$root/bin/chaos" $chaos_flags </dev/null; then
                echo "failed: bin/chaos $chaos_flags"
                chaos_failed=1
            fi
        done
    done
    return "$chaos_failed"
}

# The one run of each bin/verify, told as a line of a test's outcome.
chaos_short_flags="--workload mixed --seed 4 --time 3m --hosts 4"
chaos_short() {
    if [ -n "$docker_missing" ]; then
        printf 'skipped\tchaos.mixed\t%s\n' "$docker_missing"
        return
    fi
    # shellcheck disable=SC2086 # they are words
    if "$root/bin/chaos" $chaos_short_flags </dev/null >&2; then
        printf 'passed\tchaos.mixed\t\n'
    else
        printf 'failed\tchaos.mixed\tbin/chaos %s\n' "$chaos_short_flags"
    fi
}
