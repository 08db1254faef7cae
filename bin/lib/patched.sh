# A built program with a patch of its source. Sourced by bash; expects $root and JAVA_HOME.

# Copies the program of directory $2 to $3. In its jars the classes of the sources that patch $1
# changes take the place of their own. Prints why, if it fails.
patched_app() {
    local patch=$1 from=$2 to=$3 work outcome
    work=$(mktemp -d) || return
    patched_in "$work" "$patch" "$from" "$to"
    outcome=$?
    rm -rf "$work"
    return "$outcome"
}

patched_in() {
    local work=$1 patch=$2 from=$3 to=$4 source sources=()
    mkdir -p "$to" && cp -R "$from/." "$to/" || return
    mapfile -t sources < <(sed -n 's:^--- a/::p' "$patch")
    for source in "${sources[@]}"; do
        mkdir -p "$work/$(dirname "$source")" && cp "$root/$source" "$work/$source" || return
    done
    (cd "$work" && git apply "$patch") || {
        echo "does not apply"
        return 1
    }
    # Together, for they may need each other as they are now.
    (cd "$work" && "$JAVA_HOME/bin/javac" -nowarn -proc:none -d classes -cp "$from/*" \
        "${sources[@]}") || {
        echo "does not compile"
        return 1
    }
    for source in "${sources[@]}"; do
        "$JAVA_HOME/bin/jar" --update --file "$to/epmesh-${source%%/*}"-*.jar \
            -C "$work/classes" "$(dirname "${source#*/src/main/java/}")" || return
    done
}
