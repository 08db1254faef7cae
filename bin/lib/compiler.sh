# Chooses the compiler of the virtual machine for a command line of epmesh. Sourced by bin/epmesh,
# and by the launcher of the packages.

# Prints an option. The peer has the compiler that is quick itself and needs little memory. It knows no
# instructions for AES, though: a peer that carries cables between hosts needs the optimizing one, which
# encrypts more than a hundred times as fast (docs/performance.md).
compiler_option() {
    case ${1:-} in
    start | takeover) ;;
    *)
        echo -XX:TieredStopAtLevel=1
        return
        ;;
    esac
    compiler_relay= compiler_config= compiler_before=
    for compiler_word in "$@"; do
        case $compiler_before in
        --relay | --mesh-host) compiler_value "$compiler_word" ;;
        --config) compiler_config=$compiler_word ;;
        esac
        case $compiler_word in
        --relay=* | --mesh-host=*) compiler_value "${compiler_word#*=}" ;;
        --config=*) compiler_config=${compiler_word#--config=} ;;
        esac
        compiler_before=$compiler_word
    done
    compiler_value "${EPMESH_RELAY:-off}"
    compiler_value "${EPMESH_MESH_HOST:-none}"
    if [ -r "$compiler_config" ]; then
        for compiler_word in $(sed -n -e 's/^[[:space:]]*relay[[:space:]]*=[[:space:]]*\([a-z]*\).*/\1/p' \
            -e 's/^[[:space:]]*mesh-host[[:space:]]*=[[:space:]]*\([^#[:space:]]*\).*/\1/p' \
            "$compiler_config"); do
            compiler_value "$compiler_word"
        done
    fi
    if [ "$compiler_relay" ]; then
        echo -XX:TieredStopAtLevel=4
    else
        echo -XX:TieredStopAtLevel=1
    fi
}

# Notes that there is a relay, if that is what a value of relay or mesh-host wants.
compiler_value() {
    case $1 in
    off | none) ;;
    *) compiler_relay=yes ;;
    esac
}
