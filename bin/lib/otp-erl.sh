#!/bin/sh
# Runs the erl of another release, unpacked in the directory $1 by otp.sh, with the arguments
# behind it; it finds this source tree at its usual path. Needs root, for a mount namespace.
set -eu
otp=$(cd "$1" && pwd -P)
shift
tree=$(cd "$(dirname "$0")/../.." && pwd -P)
mkdir -p "$otp$tree"
# shellcheck disable=SC2016
exec unshare -m sh -c '
    otp=$1 tree=$2
    shift 2
    mount --bind "$tree" "$otp$tree" && exec sh "$otp/erl" "$@"' sh "$otp" "$tree" "$@"
