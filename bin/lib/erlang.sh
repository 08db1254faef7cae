# The tests of erlang-client: EUnit, Common Test, dialyzer. Sourced by bin/verify; expects $root and
# a peer that is built.

# The newest OTP on which they have run begins here; the module `peer` came with it.
erlang_least_otp=25

# Appends lines "passed|failed|skipped <tab> test <tab> reason" to the file $1; all that the tools say
# goes to the file $2. With $3 = fast only EUnit runs: the
# other two take minutes.
erlang_tests() {
    local otp
    if ! type -P rebar3 >/dev/null; then
        erlang_line skipped tests "rebar3 is missing (Debian: apt-get install rebar3)" >>"$1"
        return
    fi
    otp=$(erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')
    if ((otp < erlang_least_otp)); then
        erlang_line skipped tests "OTP $otp (needed: $erlang_least_otp)" >>"$1"
        return
    fi
    rm -rf "$root/erlang-client/_build/test/logs" "$root/erlang-client/_build/test/eunit"
    mkdir -p "$root/erlang-client/_build/test/eunit"
    : >"$2"
    {
        erlang_run eunit "$2"
        if [[ ${3:-} != fast ]]; then
            erlang_run ct "$2"
            erlang_run dialyzer "$2"
            erlang_run xref "$2"
        fi
    } >>"$1"
}

# Runs one of rebar3's commands and prints the outcomes: those of its reports, or one of its own where
# there are none.
erlang_run() {
    local status=0 found
    (cd "$root/erlang-client" && rebar3 "$1" </dev/null) >>"$2" 2>&1 || status=$?
    case $1 in
    eunit) found=$(erlang_outcomes "TEST-*.xml") ;;
    ct) found=$(erlang_outcomes "junit_report.xml") ;;
    *) found= ;;
    esac
    [[ ! $found ]] || printf '%s\n' "$found"
    if ((status != 0)) && ! grep -q '^failed' <<<"$found"; then
        erlang_line failed "$1" "rebar3 $1 ended with $status, see ${2#"$root/"}"
    elif ((status == 0)) && [[ ! $found ]]; then
        case $1 in
        eunit | ct) erlang_line failed "$1" "no tests were found, see ${2#"$root/"}" ;;
        *) erlang_line passed "$1" "" ;;
        esac
    fi
}

# What the reports of that name say; those of setting up and tearing down count only if they failed.
erlang_outcomes() {
    find "$root/erlang-client/_build/test" -name "$1" -exec cat {} + 2>/dev/null |
        awk -f "$root/bin/lib/outcomes.awk" |
        awk -F '\t' '!($1 == "passed" && $2 ~ /(init|end)_per_/) { print $1 "\terlang-client:" $2 "\t" $3 }'
}

erlang_line() {
    printf '%s\terlang-client.%s\t%s\n' "$1" "$2" "$3"
}
