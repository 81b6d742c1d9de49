#!/usr/bin/env bash
# Prepares this checkout: Debian packages (only the missing ones), a virtual environment, Python packages with
# checked hashes. Asks for nothing it already has and says what it is doing. Usage: scripts/setup.sh run|test|tpm
# (tpm: a real kit whose laptop has a TPM)
set -euo pipefail
lane=${1:?run, test or tpm}
cd "$(dirname "$0")/.."
started=$(date +%s)

say() { printf '[%3ss] %s\n' "$(($(date +%s) - started))" "$*"; }

# Debian package | how to see that it is there | why it is needed
packages_for_all='
python3-venv|has_module ensurepip|makes the virtual environment
gcc|command -v gcc|compiles the PC/SC binding (pyscard), which has no ready-made package
python3-dev|has_python_headers|headers for the same
swig|command -v swig|generates the same binding
libpcsclite-dev|has_file /usr/include/PCSC/winscard.h|headers of the PC/SC service
pcscd|has_file /usr/sbin/pcscd|the PC/SC service: SAM reader, card encoder
libccid|has_file /usr/lib/pcsc/drivers/ifd-ccid.bundle|the driver of USB card readers
libusb-1.0-0|has_library libusb-1.0.so.0|the USB library under fingerprint, iris and pen devices
umockdev|command -v umockdev-run|lets the simulated bench appear as real USB devices
'
packages_for_a_tpm='
libtss2-dev|has_file /usr/include/tss2/tss2_esys.h|compiles the TPM binding (tpm2-pytss), which has no ready-made package
'
packages_for_tests='
usbutils|command -v lsusb|lsusb, a program not written here, reads our simulated devices in the tests
swtpm|command -v swtpm|a software TPM: the tests seal the kit keys in it
'

has_module() { "$python" -c "import $1" 2>/dev/null; }
has_file() { [ -e "$1" ]; }
has_library() { ldconfig -p 2>/dev/null | grep -q "$1" || /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }
has_python_headers() { "$python" -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'; }

find_python() {
  for candidate in python3.11 python3.12 python3.13 python3; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

missing_packages() {
  local list=$packages_for_all
  [ "$lane" = test ] && list+=$packages_for_tests
  [ "$lane" != run ] && list+=$packages_for_a_tpm
  local name check why
  while IFS='|' read -r name check why; do
    [ -n "$name" ] || continue
    eval "$check" >/dev/null 2>&1 || printf '%s|%s\n' "$name" "$why"
  done <<<"$list"
}

install_system_packages() {
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  say "Debian packages to install:"
  while IFS='|' read -r name why; do printf '         %-16s %s\n' "$name" "$why"; done <<<"$missing"
  local names=() as_root=()
  while IFS='|' read -r name _; do names+=("$name"); done <<<"$missing"
  if ! command -v apt-get >/dev/null; then
    say "There is no apt-get here: install these with your system's own means, then run this again."
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "Not root and no sudo: ask an administrator to run: apt-get install ${names[*]}"
      exit 1
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}" >/dev/null
  say "Debian packages are there."
}

install_python_packages() {
  local requirements=requirements/run.txt
  [ "$lane" = tpm ] && requirements=requirements/tpm.txt
  [ "$lane" = test ] && requirements=requirements/dev.txt
  local wanted stamp=.venv/.installed-$lane
  wanted=$(cat "$requirements" pyproject.toml | sha256sum | cut -d' ' -f1)
  if [ "$lane" = run ] && [ -f .venv/.installed-test ]; then
    stamp=.venv/.installed-test
    wanted=$(cat requirements/dev.txt pyproject.toml | sha256sum | cut -d' ' -f1)
  fi
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return 0
  [ -x .venv/bin/python ] || { say "Making the virtual environment .venv"; "$python" -m venv .venv; }
  local total
  total=$(grep -cE '^[a-z0-9].*==' "$requirements")
  say "Installing about $total Python packages (hashes are checked) ..."
  PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --require-hashes -r "$requirements" 2>&1 |
    awk -v total="$total" '/^Collecting/ { n++; if (n % 15 == 0) { printf "         %d of about %d fetched\n", n, total; fflush() } }
         /^(Building wheel|Installing collected|ERROR|error)/ { print "         " substr($0, 1, 100); fflush() }
         /^Successfully installed/ { print "         installed"; fflush() }'
  PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install -q --no-deps --no-build-isolation -e . 2>/dev/null ||
    PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install -q --no-deps -e .
  printf '%s' "$wanted" >"$stamp"
  say "Python packages are there."
}

python=$(find_python) || { say "Python 3.11, 3.12 or 3.13 is needed and was not found (Debian 12: apt-get install python3)."; exit 1; }
install_system_packages
install_python_packages
say "Set-up done."
