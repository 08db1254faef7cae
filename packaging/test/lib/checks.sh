# What the tests of the packages say and count. Sourced; bash.

# Ends with the reason, where a test cannot be run.
skip() {
    echo "skipped: $1"
    exit 77
}

# Ends a test that has failed. Which logs tell more says evidence, if there is such a function.
fail() {
    echo "FAILED: $1"
    ! declare -F evidence >/dev/null || evidence
    exit 1
}

passed=0
ok() {
    echo "ok: $1"
    passed=$((passed + 1))
}

# check TEXT COMMAND...: that it succeeds
check() {
    "${@:2}" >/dev/null 2>&1 || fail "$1"
    ok "$1"
}

# within SECONDS TEXT COMMAND...: that it succeeds before so much time is over
within() {
    local deadline=$((SECONDS + $1))
    until "${@:3}" >/dev/null 2>&1; do
        ((SECONDS <= deadline)) || fail "$2"
        sleep 0.1
    done
    ok "$2"
}

refuses() { ! "$@"; }

# Prints the comment on top of the script $0.
usage() {
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
    exit 2
}
