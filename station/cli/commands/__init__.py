"""The commands, one module a subject; each says its arguments and does its work through the services."""

from __future__ import annotations

from station.cli.commands import app, blanks, keys, kit, media, office, printing, province, rehearsal, schools, sync

COMMANDS = {
    "setup": kit.add_setup,
    "check": kit.add_check,
    "devices": kit.add_devices,
    "keys": keys.add_keys,
    "import": schools.add_import,
    "session": schools.add_session,
    "sync": sync.add_sync,
    "backup": media.add_backup,
    "restore": media.add_restore,
    "verify": media.add_verify,
    "packet": media.add_packet,
    "print": printing.add_print,
    "ledger": blanks.add_ledger,
    "province": province.add_province,
    "office": office.add_office,
    "rehearse": rehearsal.add_rehearse,
}

open_app = app.open_app
