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
        case $compiler_word in
        --relay | --relay=* | --mesh-host | --mesh-host=*) compiler_relay=yes ;;
        --config=*) compiler_config=${compiler_word#--config=} ;;
        esac
        [ "$compiler_before" != --config ] || compiler_config=$compiler_word
        compiler_before=$compiler_word
    done
    if [ "$compiler_relay" ] || [ "${EPMESH_RELAY:-off}" != off ] ||
        [ "${EPMESH_MESH_HOST:-none}" != none ] || {
        [ -r "$compiler_config" ] &&
            grep -Eq '^[[:space:]]*(relay|mesh-host)[[:space:]]*=' "$compiler_config"
    }; then
        echo -XX:TieredStopAtLevel=4
    else
        echo -XX:TieredStopAtLevel=1
    fi
}
