#!/usr/bin/env bash
# Installs the heavy foreign programs that check our bytes in the slow lane.
set -euo pipefail
packages=(libreoffice-calc-nogui chromium gammu ffmpeg opensc cups-ipp-utils avahi-daemon dbus-daemon poppler-utils
  modemmanager network-manager ppp)
# Debian's npm does not go beside a Node.js from elsewhere, which serves as well
command -v npm >/dev/null || packages+=(nodejs npm)
missing=()
for package in "${packages[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if [ "$(.venv/bin/python -c 'import sys; print(sys.version_info[:2] == (3, 11))')" = True ]; then
  # foreign readers of biometric records need an older Pillow than the product
  readers=.venv/record-readers
  if ! cmp -s requirements/peers.txt "$readers/installed"; then
    echo "Setting up the foreign readers of biometric records"
    .venv/bin/python -m venv --clear "$readers"
    "$readers/bin/python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/peers.txt
    cp requirements/peers.txt "$readers/installed"
  fi
fi
[ "${#missing[@]}" -eq 0 ] && exit 0
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
# the tests start ModemManager and NetworkManager in a network of their own: a machine that does without them stays so
for pair in modemmanager:ModemManager network-manager:NetworkManager; do
  if [ -d /run/systemd/system ] && [[ " ${missing[*]} " == *" ${pair%%:*} "* ]]; then
    "${as_root[@]}" systemctl mask "${pair##*:}.service" >/dev/null
  fi
done
echo "Installing for the slow lane: ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
