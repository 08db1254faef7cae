# The tests of the packages. Sourced by bin/verify, whose $root it uses; bash.

# Makes the packages, makes them again of the same classes, compares, and tries the .deb; prints
# lines as outcomes.awk does. What is said meanwhile goes to target/package.log.
packages_tests() {
    local log=$root/target/package.log kept file code reason
    kept=$(mktemp -d "$root/target/kept.XXXXXX")
    outcome() { printf '%s\tpackages.%s\t%s\n' "$1" "$2" "${3:-}"; }
    if ! "$root/bin/package" >"$log" 2>&1; then
        outcome failed made "see target/package.log"
        rm -rf "$kept"
        return
    fi
    outcome passed made
    if "$root/packaging/test/plain" >>"$log" 2>&1; then
        outcome passed plainClasses
    else
        outcome failed plainClasses "see target/package.log"
    fi
    cp "$root/target/package"/epmesh* "$kept/"
    mkdir "$kept/lib"
    tar -C "$kept/lib" -xzf "$kept"/*.tar.gz --wildcards --strip-components=2 '*/lib/*.classes'
    "$root/bin/package" --classes "$kept/lib" >>"$log" 2>&1
    for file in "$kept"/epmesh*; do
        if cmp "$file" "$root/target/package/${file##*/}" >>"$log" 2>&1; then
            outcome passed "sameBytesTwice.${file##*.}"
        else
            outcome failed "sameBytesTwice.${file##*.}" "see target/package.log"
        fi
    done
    code=0
    if compgen -G "$kept/*.deb" >/dev/null; then
        "$root/packaging/test/deb" "$kept"/*.deb >"$kept/deb.log" 2>&1 || code=$?
        cat "$kept/deb.log" >>"$log"
        reason=$(tail -n 1 "$kept/deb.log")
    else
        code=77 reason="skipped: no dpkg-deb here"
    fi
    case $code in
    0) outcome passed onCleanDebian ;;
    77) outcome skipped onCleanDebian "${reason#skipped: }" ;;
    *) outcome failed onCleanDebian "see target/package.log" ;;
    esac
    rm -rf "$kept"
}
