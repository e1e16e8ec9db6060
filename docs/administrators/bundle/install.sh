#!/bin/sh
# Installs Atiende from its bundle, or updates it. Needs root, and no Internet. Never touches configuration or data that are there.
# DESTDIR installs into another root, without making a user or starting anything.
set -eu
cd "$(dirname "$0")"
root=${DESTDIR:-}

sha256sum --check --quiet SHA256SUMS || { echo "The bundle is damaged: bring it again." >&2; exit 1; }
./atiende --version >/dev/null || { echo "The program does not run here: the bundle is for another processor, or for a newer system." >&2; exit 1; }

if [ -z "$root" ]; then
    [ "$(id -u)" = 0 ] || { echo "Run it as root: sudo ./install.sh" >&2; exit 1; }
    id atiende >/dev/null 2>&1 || useradd --system --home-dir /var/lib/atiende --shell /usr/sbin/nologin atiende
fi

install -d -m 755 "$root/usr/local/bin" "$root/etc/atiende" "$root/etc/systemd/system" "$root/usr/local/share/doc/atiende"
install -d -m 750 "$root/var/lib/atiende"
# Beside it and renamed: a program that runs is never written over.
install -m 755 atiende "$root/usr/local/bin/.atiende.new"
mv -f "$root/usr/local/bin/.atiende.new" "$root/usr/local/bin/atiende"
install -m 644 atiende.service "$root/etc/systemd/system/atiende.service"
[ -e "$root/etc/atiende/atiende.toml" ] || install -m 640 atiende.toml "$root/etc/atiende/atiende.toml"
cp -R docs/. "$root/usr/local/share/doc/atiende/"

if [ -z "$root" ]; then
    chown atiende:atiende /var/lib/atiende
    chown root:atiende /etc/atiende/atiende.toml
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl enable --quiet atiende
    fi
fi

echo "Installed $(./atiende --version)."
echo "Next: look at $root/etc/atiende/atiende.toml, then: systemctl restart atiende && journalctl --unit atiende --since today"
