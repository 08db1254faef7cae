# The tests of erlang-client: EUnit, Common Test, dialyzer. Sourced by bin/verify; expects $root and
# a peer that is built; $otp_suites of otp.sh.

# The newest OTP on which they have run begins here; the module `peer` came with it.
erlang_least_otp=25

# Appends lines "passed|failed|skipped <tab> test <tab> reason" to the file $1; all that the tools say
# goes to the file $2. With $3 = fast only EUnit runs: the
# other two take minutes. With $3 = long nodes are of other releases too.
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
    rm -rf "$root"/erlang-client/_build/test/{logs,eunit,otp-*}
    mkdir -p "$root/erlang-client/_build/test/eunit"
    : >"$2"
    {
        erlang_run eunit "$2"
        if [[ ${3:-} != fast ]]; then
            erlang_run ct "$2"
            erlang_run dialyzer "$2"
            erlang_run xref "$2"
        fi
        [[ ${3:-} != long ]] || erlang_other_releases "$2"
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

# What the reports of that name say, in the tests' directory or $2 below it; those of setting up and
# tearing down count only if they failed.
erlang_outcomes() {
    find "$root/erlang-client/_build/test${2:+/$2}" -name "$1" -exec cat {} + 2>/dev/null |
        awk -f "$root/bin/lib/outcomes.awk" |
        awk -F '\t' -v who="erlang-client${2:+ ($2)}" \
            '!($1 == "passed" && $2 ~ /(init|end)_per_/) { print $1 "\t" who ":" $2 "\t" $3 }'
}

# The suites of single hosts again, with nodes of the releases that otp_fetch has unpacked, and modules
# that these compiled; all that the tools say goes to the file $1.
erlang_other_releases() {
    local suite otp ebin found
    for suite in $otp_suites; do
        otp=$root/target/otp/$suite ebin=$root/erlang-client/_build/otp/$suite
        if [[ ! -d $otp ]]; then
            erlang_line skipped "otp-$suite" "no Erlang of Debian's $suite"
            continue
        fi
        if ! erlang_compile "$otp" "$ebin" >>"$1" 2>&1; then
            erlang_line failed "otp-$suite" "does not compile, see ${1#"$root/"}"
            continue
        fi
        (cd "$root/erlang-client" && OTP_UNDER_TEST=$otp OTP_UNDER_TEST_EBIN=$ebin rebar3 ct \
            --suite apps/epmesh/test/epmesh_boot_SUITE.erl,apps/epmesh/test/epmesh_mesh_SUITE.erl \
            --logdir "$root/erlang-client/_build/test/otp-$suite" </dev/null) >>"$1" 2>&1
        found=$(erlang_outcomes junit_report.xml "otp-$suite")
        if [[ $found ]]; then
            printf '%s\n' "$found"
        else
            erlang_line failed "otp-$suite" "no tests were found, see ${1#"$root/"}"
        fi
    done
}

# Compiles by the release $1 into $2 what the tests need of it, without a warning; and the module peer
# with any, which OTP 23 and 24 lack, where this system has its source.
erlang_compile() {
    local stdlib helpers=$root/erlang-client/apps/epmesh/test
    stdlib=$(erl -noshell -eval 'io:put_chars(code:lib_dir(stdlib)), halt().')
    rm -rf "$2" && mkdir -p "$2" &&
        cp "$root/erlang-client/apps/epmesh/src/epmesh.app.src" "$2/epmesh.app" || return 1
    [[ ! -r $stdlib/src/peer.erl ]] || cp "$stdlib/src/peer.erl" "$2" || return 1
    "$root/bin/lib/otp-erl.sh" "$1" -noshell -eval '
        [Out | Files] = init:get_plain_arguments(),
        Strict = fun("peer.erl") -> []; (_) -> [warnings_as_errors] end,
        Compile = fun(F) ->
            compile:file(F, [{outdir, Out}, report | Strict(filename:basename(F))])
        end,
        halt(length([F || F <- Files, Compile(F) =:= error])).' \
        -extra "$2" "$root"/erlang-client/apps/*/src/*.erl "$helpers"/epmesh_lo*.erl \
        "$helpers/epmesh_listener.erl" $(find "$2" -name peer.erl)
}

erlang_line() {
    printf '%s\terlang-client.%s\t%s\n' "$1" "$2" "$3"
}
