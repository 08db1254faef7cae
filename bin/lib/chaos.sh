# The long runs of bin/chaos that bin/verify --long asks for. Sourced by bin/verify; expects $root.
# A run of this very revision that was valid is not done again, so that what was interrupted goes on.

# seed=time of each run
chaos_runs="1=1h"

# Prints the results of a valid run of seed $1 for $2 seconds of revision $3, nothing if there is none.
chaos_find() {
    for chaos_results in "$root"/results/chaos/mixed/"$1"-*/results.json; do
        [ -f "$chaos_results" ] &&
            grep -q '"verdict" : "valid"' "$chaos_results" &&
            grep -q "\"seconds\" : \"$2\"" "$chaos_results" &&
            grep -q "\"revision\" : \"$3\"" "$chaos_results" &&
            echo "$chaos_results"
    done | tail -n 1
}

# Fails if a run did; a tree with changes of its own has no revision to go by, and runs.
chaos_long() {
    chaos_failed=0
    chaos_revision=$(git -C "$root" describe --always --dirty 2>/dev/null || echo unknown)
    for chaos_run in $chaos_runs; do
        chaos_seed=${chaos_run%%=*} chaos_time=${chaos_run#*=}
        chaos_seconds=$((${chaos_time%h} * 3600))
        chaos_found=
        case $chaos_revision in
        *-dirty | unknown) ;;
        *) chaos_found=$(chaos_find "$chaos_seed" "$chaos_seconds" "$chaos_revision") ;;
        esac
        if [ -n "$chaos_found" ]; then
            echo "chaos: seed $chaos_seed was valid before: $chaos_found"
        else
            "$root/bin/chaos" --seed "$chaos_seed" --time "$chaos_time" </dev/null || {
                echo "failed: bin/chaos --seed $chaos_seed --time $chaos_time"
                chaos_failed=1
            }
        fi
    done
    return "$chaos_failed"
}
