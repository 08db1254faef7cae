# The tests of the packages. Sourced by bin/verify, whose $root it uses; bash.

# Makes the packages, makes them again of the same classes, compares, and tries the .deb and the
# image; prints lines as outcomes.awk does. What is said meanwhile goes to target/package.log.
packages_tests() {
    local log=$root/target/package.log kept file
    kept=$(mktemp -d "$root/target/kept.XXXXXX")
    outcome() { printf '%s\tpackages.%s\t%s\n' "$1" "$2" "${3:-}"; }
    if ! "$root/bin/package" >"$log" 2>&1; then
        outcome failed made "see target/package.log"
        rm -rf "$kept"
        return
    fi
    outcome passed made
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
    local debs=("$kept"/*.deb)
    packages_try deb "${debs[0]}" onCleanDebian
    packages_try units "${debs[0]}" underSystemd
    packages_try cluster "${debs[0]}" beneathRabbitmqCluster
    packages_try docker "$kept" asImage
    rm -rf "$kept"
}

# Runs the test $1 of packaging/test with $2, as the outcome of $3.
packages_try() {
    local code=0
    if [[ ! -e $2 ]]; then
        outcome skipped "$3" "no dpkg-deb here"
        return
    fi
    "$root/packaging/test/$1" "$2" >"$kept/$1.log" 2>&1 || code=$?
    cat "$kept/$1.log" >>"$log"
    case $code in
    0) outcome passed "$3" ;;
    77) outcome skipped "$3" "$(sed -n '$s/^skipped: //p' "$kept/$1.log")" ;;
    *) outcome failed "$3" "see target/package.log" ;;
    esac
}
