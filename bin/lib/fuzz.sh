# Searches for inputs that break EPMD's codec or a connection's handling, each target for so many
# seconds. Sourced by bin/verify after jdk.sh; expects $root, the top of the source tree, and that
# the tests are compiled. What is found fails, and is kept by Jazzer as a new input beside the
# others in epmd-frontend/src/test/resources; the corpus that grows is in epmd-frontend/.cifuzz-corpus.

fuzz_targets="connection requestCodec responseCodec"

# $1: seconds for each target. Fails if a target did.
fuzz() {
    fuzz_failed=0
    for fuzz_target in $fuzz_targets; do
        echo "fuzz: $fuzz_target for $1 s"
        JAZZER_FUZZ=1 \
            MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
            mvn -B -ntp -Dstyle.color=never -f "$root/pom.xml" -pl epmd-frontend \
            test-compile surefire:test@fuzz -Djazzer.hooks=true "-Djazzer.max_duration=${1}s" \
            "-Dtest=ProtocolFuzzTest#$fuzz_target" \
            -Dsurefire.reportNameSuffix="$fuzz_target" </dev/null 2>&1 |
            grep -v '^INFO: \(Loaded\|Instrumented\)' |
            tail -n 40 >"$root/target/fuzz-$fuzz_target.log"
        if grep -q '^Done [0-9]* runs' "$root/target/fuzz-$fuzz_target.log" &&
            ! grep -q '^\[ERROR\]\|BUILD FAILURE' "$root/target/fuzz-$fuzz_target.log"; then
            grep '^Done ' "$root/target/fuzz-$fuzz_target.log"
        else
            echo "failed: fuzzing of $fuzz_target, see target/fuzz-$fuzz_target.log"
            fuzz_failed=1
        fi
    done
    return "$fuzz_failed"
}
