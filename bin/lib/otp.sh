# Fetches what only tests need, for nodes of other kinds and releases; nothing is installed. Sourced by
# bin/verify; each function's $1 is the directory for it.

# For each: erlang-base of the suite, and what it needs to run below a root of its own.
otp_suites="bullseye trixie sid"
otp_packages="erlang-base libc6 libgcc-s1 libstdc++6 libsystemd0 libtinfo6 zlib1g libsctp1 libcap2 dash"
otp_mirror=http://deb.debian.org/debian
otp_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# apt-get with lists, cache and sources of its own below $otp, so that the system's stay as they are.
otp_apt() {
    apt-get -qq -o Dir::Etc::sourcelist="$otp/apt/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::State="$otp/apt/state" -o Dir::Cache="$otp/apt/cache" \
        -o Dir::State::status="$otp/apt/status" -o APT::Sandbox::User=root "$@"
}

# Unpacks suite $1 into $otp/$1, with a script `erl`.
otp_unpack() {
    local root=$otp/$1.new debs=$otp/apt/debs/$1 deb package
    rm -rf "$root" "$debs"
    mkdir -p "$root"/{etc,dev,tmp} "$debs"
    # shellcheck disable=SC2086
    (cd "$debs" && otp_apt download $(printf "%s/$1 " $otp_packages)) || return 1
    if [[ $1 != bullseye ]]; then # where packages leave these links to others
        mkdir -p "$root"/usr/{bin,lib,lib64}
        ln -s usr/bin usr/lib usr/lib64 "$root"
    fi
    for deb in "$debs"/*.deb; do
        dpkg-deb -x "$deb" "$root" || return 1
    done
    ln -sf dash "$root/bin/sh"
    echo "hosts: files" >"$root/etc/nsswitch.conf"
    local bin=/usr/lib/erlang/$(basename "$root"/usr/lib/erlang/erts-*)/bin
    cat >"$root/erl" <<EOF
# Runs erl below its root; for a mount namespace of one's own.
root=\$(dirname "\$0")
mount --bind /dev "\$root/dev" && cp /etc/hosts "\$root/etc/hosts" || exit
export ROOTDIR=/usr/lib/erlang BINDIR=$bin EMU=beam PROGNAME=erl HOME=/tmp
exec chroot "\$root" $bin/erlexec "\$@"
EOF
    rm -rf "${otp:?}/$1" && mv "$root" "$otp/$1"
}

# Fetches what is not there yet; a suite that cannot be had is left out, and its tests are skipped.
otp_fetch() {
    local otp=$1 suite
    [[ -r $otp_keyring ]] && command -v dpkg-deb >/dev/null || return 0
    mkdir -p "$otp"/apt/{state/lists/partial,cache/archives/partial}
    : >"$otp/apt/status"
    for suite in $otp_suites; do
        echo "deb [signed-by=$otp_keyring] $otp_mirror $suite main"
    done >"$otp/apt/sources.list"
    local updated=
    for suite in $otp_suites; do
        [[ ! -d $otp/$suite ]] || continue
        [[ $updated ]] || otp_apt update || return 0
        updated=yes
        otp_unpack "$suite" || echo "verify: no Erlang of Debian's $suite"
    done
}

# Unpacks packages of this system's suite, $1, into $otp/$2, without installing them.
otp_unpack_own() {
    local debs=$otp/apt/debs/$2 deb
    rm -rf "$debs" "$otp/$2.new"
    mkdir -p "$debs"
    # shellcheck disable=SC2086 # they are words
    (cd "$debs" && apt-get -qq -o APT::Sandbox::User=root download $1) || return 1
    for deb in "$debs"/*.deb; do
        dpkg-deb -x "$deb" "$otp/$2.new" || return 1
    done
    mv "$otp/$2.new" "$otp/$2"
}

# JInterface: a small jar, whose package would bring a JDK along.
otp_fetch_jinterface() {
    local otp=$1
    [[ -e /usr/share/java/OtpErlang.jar || -d $otp/jinterface ]] ||
        otp_unpack_own erlang-jinterface jinterface
}

# promtool, whose package would start a server.
otp_fetch_promtool() {
    local otp=$1
    type -P promtool >/dev/null || [[ -d $otp/prometheus ]] ||
        otp_unpack_own prometheus prometheus
}

# RabbitMQ, whose package would start it; $otp/rabbitmq/sbin has its scripts.
otp_fetch_rabbitmq() {
    local otp=$1
    [[ ! -d $otp/rabbitmq ]] || return 0
    otp_unpack_own rabbitmq-server rabbitmq-package || return
    (cd "$otp" && ln -sfn rabbitmq-package/usr/lib/rabbitmq/lib/rabbitmq_server-* rabbitmq)
}

# ejabberd, whose package would start it, with the libraries of Erlang that only it needs.
otp_fetch_ejabberd() {
    local otp=$1 libraries
    [[ ! -d $otp/ejabberd ]] || return 0
    libraries=$(apt-cache depends ejabberd | sed -n 's/^ *Depends: \(erlang-.*\)$/\1/p' |
        grep -E -- '-(p1-.*|base64url|goldrush|idna|jiffy|jose|lager|unicode-util-compat)$') || return
    otp_unpack_own "ejabberd $libraries" ejabberd
}
