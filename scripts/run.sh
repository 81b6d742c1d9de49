#!/usr/bin/env bash
# Opens the app on a simulated bench; where standard output is no terminal, runs the rehearsal of a day instead.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -t 1 ] && [ -t 0 ]; then
  exec .venv/bin/python -m simulators --dir bench --app
fi
exec .venv/bin/station --lang "${STATION_LANG:-id}" rehearse --students "${STUDENTS:-12}" --seed "${SEED:-7}" --faults field
