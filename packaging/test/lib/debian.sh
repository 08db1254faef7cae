# A Debian of the tests of the packages. Sourced after checks.sh; bash.

suite=bookworm

# debian_base FILE PACKAGES: makes the archive of a Debian with these packages if it is not there.
# Expects $work, a directory for what is made meanwhile.
debian_base() {
    [[ ! -r $1 ]] || return 0
    type -P debootstrap >/dev/null || skip "needs debootstrap (Debian: apt-get install debootstrap)"
    echo "making $1, once ..."
    if debootstrap --variant=minbase --include="$2" "$suite" "$work/base" >"$work/log" 2>&1; then
        rm -rf "$work/base/var/cache/apt/archives"/*.deb "$work/base/var/lib/apt/lists"/*
        mkdir -p "$(dirname "$1")"
        tar -C "$work/base" -cf "$1.new" . && mv "$1.new" "$1"
    fi
    tail -n 3 "$work/log" | sed 's/^/debootstrap: /' >&2
    rm -rf --one-file-system "$work/base" "$work/log"
    [[ -r $1 ]] || skip "debootstrap has failed: Debian's packages cannot be had"
}

# Puts a .deb of the same files and a higher version as $1 at $2.
debian_next() {
    local tree
    tree=$(mktemp -d)
    dpkg-deb -R "$1" "$tree/next"
    sed -i 's/^Version: .*/&.1/' "$tree/next/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone -b "$tree/next" "$2" >/dev/null
    rm -rf "$tree"
}
