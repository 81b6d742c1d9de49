"""The commands, one module a subject; each says its arguments and does its work through the services."""

from __future__ import annotations

from station.cli.commands import app, blanks, kit, office, rehearsal, schools, sync

COMMANDS = {
    "setup": kit.add_setup,
    "check": kit.add_check,
    "devices": kit.add_devices,
    "import": schools.add_import,
    "session": schools.add_session,
    "sync": sync.add_sync,
    "ledger": blanks.add_ledger,
    "office": office.add_office,
    "rehearse": rehearsal.add_rehearse,
}

open_app = app.open_app
