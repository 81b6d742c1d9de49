#!/usr/bin/env bash
# Installs the heavy foreign programs that check our bytes in the slow lane.
set -euo pipefail
packages=(libreoffice-calc-nogui chromium gammu ffmpeg opensc cups-ipp-utils avahi-daemon dbus-daemon poppler-utils)
# Debian's npm does not go beside a Node.js from elsewhere, which serves as well
command -v npm >/dev/null || packages+=(nodejs npm)
missing=()
for package in "${packages[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0
echo "Installing for the slow lane: ${missing[*]}"
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
