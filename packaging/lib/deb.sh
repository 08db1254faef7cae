# The .deb of a package. Sourced by bin/package, whose variables it uses; bash.

# Debian's form of the version: 0.1.0-SNAPSHOT comes before 0.1.0.
deb_version() {
    local text=${version/-SNAPSHOT/\~snapshot}
    echo "${text//-/\~}"
}

# Makes the file $1 of $tree.
deb_make() {
    local stage=$out/deb units
    units=$stage/usr/lib/systemd/system
    mkdir -p "$stage/DEBIAN" "$stage/usr/bin" "$stage/usr/lib" "$stage/usr/share/doc" \
        "$stage/usr/share/man" "$stage/etc/init.d" "$units"
    cp -a "$tree" "$stage/usr/lib/epmesh"
    mv "$stage/usr/lib/epmesh/share/doc" "$stage/usr/share/doc/epmesh"
    [[ ! -d $stage/usr/lib/epmesh/share/man ]] ||
        mv "$stage/usr/lib/epmesh/share/man/"* "$stage/usr/share/man/"
    rm -rf "$stage/usr/lib/epmesh/share"
    ln -s ../lib/epmesh/bin/epmesh "$stage/usr/bin/epmesh"
    ln -s ../lib/epmesh/bin/epmd "$stage/usr/bin/epmd"
    install -m 755 "$root/packaging/debian/divert" "$stage/usr/lib/epmesh/divert"
    install -m 755 "$root/packaging/debian/init" "$stage/etc/init.d/epmesh"
    install -m 644 "$root/packaging/debian/epmesh.conf" "$stage/etc/epmesh.conf"
    cp -R "$root/packaging/systemd/." "$units/"
    mv "$stage/usr/share/doc/epmesh/LICENSE" "$stage/usr/share/doc/epmesh/copyright"
    install -m 755 "$root/packaging/debian/"{preinst,postinst,prerm,postrm} "$stage/DEBIAN/"
    install -m 644 "$root/packaging/debian/"{conffiles,triggers} "$stage/DEBIAN/"
    sed -e "s/@VERSION@/$(deb_version)/" -e "s/@ARCH@/$(dpkg --print-architecture)/" \
        -e "s/@SIZE@/$(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f 1)/" \
        "$root/packaging/debian/control" >"$stage/DEBIAN/control"
    chmod -R go-w,a+rX "$stage"
    find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH dpkg-deb --root-owner-group -Zgzip -b "$stage" "$1" >&2
    rm -rf "$stage"
}
