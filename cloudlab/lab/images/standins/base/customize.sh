#!/bin/sh
# The last step of the base, called with its root folder and the folder of the host's own CAs.
set -eu
root=$1 certificates=$2

for file in "$certificates"/*.crt; do
    [ ! -e "$file" ] || install -m 644 "$file" "$root/usr/local/share/ca-certificates/"
done
chroot "$root" update-ca-certificates >/dev/null

# What apt fetched is in an image once, not twice: neither the packages nor its own index of them.
cat >"$root/etc/apt/apt.conf.d/99small" <<'WORDS'
APT::Keep-Downloaded-Packages "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
WORDS
rm -f "$root"/var/cache/apt/*.bin

# What is another on every build.
rm -rf "$root"/var/log/*.log "$root"/var/log/apt/* "$root"/var/cache/ldconfig/aux-cache
: >"$root/etc/machine-id"
rm -f "$root/etc/hostname" "$root/etc/resolv.conf"
