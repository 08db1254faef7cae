# Installs Debian's packages, as root where there is apt-get. Sourced by the scripts in bin; bash.

debian_may_install() {
    ((EUID == 0)) && type -P apt-get >/dev/null
}

# Prints the packages of the programs, given as program=package, that are missing.
debian_missing() {
    local pair
    for pair; do
        # type -P: a program, not the shell's own command of that name
        type -P "${pair%%=*}" >/dev/null || echo "${pair#*=}"
    done
}

debian_install() {
    if [[ ! ${debian_updated:-} ]]; then
        apt-get update -qq || return 1
        debian_updated=yes
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}
