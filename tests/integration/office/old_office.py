"""An office's database as the program of revision 0002 left it: its schema and rows in SQL of that time.

Nothing of today's tables is used, so that a change of theirs cannot change what an old database looked like.
"""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from station.office.database import OfficeDatabase

REVISION = "0002"
DAY = "2026-01-05T01:00:00+00:00"
_KITS = ("KIT-1", "KIT-2", "KIT-3")
# kit, how many packets of each status; the last kit has none
_PACKETS = (
    ("KIT-1", "RECEIVED", 3),
    ("KIT-1", "SENT_FOR_ENROLLMENT", 2),
    ("KIT-1", "KODE-BARU-DARI-PUSAT", 1),
    ("KIT-2", "RECEIVED", 1),
    ("KIT-2", "PRINT_READY_RECORD", 4),
)
OLD_TABLES: dict[str, str] = {
    "account": "login, name, secret, administrator, failures, locked_until",
    "batch": "kit_id, batch_id, reply, at",
    "checkpoint": "day, size, root, heads, note",
    "conflict": "kit_id, conflict_id, kind, detail, at, resolved_at, resolved_by",
    "event": "kit_id, event_id, topic, body, at, work, work_at, tries, note",
    "evidence": "kit_id, evidence_id, kind, message, detail, at",
    "feed": "kit_id, n, kind, body, at",
    "kit": "kit_id, state, reason, signing_public, sealing_recipient, certificate, certificate_until, prints_at, "
    "feed_n, feed_acknowledged, ledger_seq, ledger_hash, witness_seq, witness_hash, clock_skew_s, paired_at, "
    "last_seen_at",
    "ledger_entry": "kit_id, seq, body, hash, debit, credit, quantity, serial, day, movement, entry_id, reference",
    "packet": "kit_id, packet_id, sha256, size, receipt, received_at, work, work_at, tries, nik, session_id, status, "
    "status_at, note",
    "pairing_code": "kit_id, code_hash, expires_at, used_at",
    "upload": "kit_id, packet_id, length, offset_bytes, created_at",
    "field_staff": "staff_id, login, name, roles, secret, active, changed_at, changed_by",
    "field_finger": "staff_id, finger, sealed, kit_id, at",
    "letter": "kit_id, subject, serial, digest, issued_at, expires_at",
}


def make_old_office(database: OfficeDatabase, folder: str) -> dict[str, list[tuple[Any, ...]]]:
    """Bring a database to revision 0002, fill every table of that time, and return all rows."""
    config = Config()
    config.set_main_option("script_location", folder)
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, REVISION)
    with database.write() as connection:
        for table, rows in _rows().items():
            marks = ", ".join(f":{name}" for name in OLD_TABLES[table].split(", "))
            statement = text(f"INSERT INTO {table} ({OLD_TABLES[table]}) VALUES ({marks})")  # noqa: S608 - names above
            connection.execute(statement, [dict(zip(OLD_TABLES[table].split(", "), row, strict=True)) for row in rows])
        return old_rows(connection)


def old_rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every old table, in the columns it had, in an order of their own."""
    found = {}
    for table, columns in OLD_TABLES.items():
        rows = connection.execute(text(f"SELECT {columns} FROM {table}"))  # noqa: S608 - names above
        found[table] = sorted((tuple(row) for row in rows), key=repr)
    return found


def expected_counts() -> dict[tuple[str, str], int]:
    """Return how many packets of each kit have each status."""
    return {(kit_id, status): count for kit_id, status, count in _PACKETS}


def _rows() -> dict[str, list[tuple[Any, ...]]]:
    hashed, number = bytes(range(32)), f"{7:032x}"
    packets = [
        (
            kit_id, f"{kit_id[-1]}{status[:3].encode().hex()}{index:025x}", hashed, 2_000_000 + index, b"receipt",
            DAY, "forwarded", DAY, 1, f"{6311010101080000 + index}", "s1" if index else "", status, DAY, "catatan",
        )
        for kit_id, status, count in _PACKETS
        for index in range(count)
    ]  # fmt: skip
    kits = [
        (
            kit_id, "quarantined" if kit_id == "KIT-3" else "paired", "", b"key", "age1contoh", b"certificate", DAY,
            kit_id, 5 * index, 3 * index, 2, hashed, 2, hashed, -4, DAY, DAY,
        )
        for index, kit_id in enumerate(_KITS)
    ]  # fmt: skip
    return {
        "account": [("kepala", "Kepala Contoh", "$argon2id$contoh", True, 1, "")],
        "batch": [("KIT-1", number, b"reply", DAY)],
        "checkpoint": [("2026-01-04", 2, hashed, b"heads", "office\n2\ncontoh\n")],
        "conflict": [
            ("KIT-1", "serial-twice:1", "serial-twice", "{}", DAY, "", ""),
            ("KIT-2", "fork:1", "fork", "{}", DAY, DAY, "kepala"),
        ],
        "event": [("KIT-1", number, "session", b"\xa0", DAY, "noted", DAY, 0, "")],
        "evidence": [("KIT-3", number, "head", b"signed", "2:00", DAY)],
        "feed": [("KIT-2", n, "status", b"\xa0", DAY) for n in range(1, 6)],
        "kit": kits,
        "ledger_entry": [
            ("KIT-1", 1, b"one", hashed, "store", "outside:pusat:Pusat", 100, "", "2026-01-05", "receipt", "e1", ""),
            ("KIT-1", 2, b"two", hashed, "printed:new", "room:R", 1, "04A1", "2026-01-05", "printed", "e2", ""),
        ],
        "packet": packets,
        "pairing_code": [("KIT-9", hashed, DAY, "")],
        "upload": [("KIT-2", number, 500_000, 262_144, DAY)],
        "field_staff": [(number, "sari", "Sari Contoh", "operator", "$argon2id$contoh", True, DAY, "kepala")],
        "field_finger": [(number, 2, b"sealed", "KIT-1", DAY)],
        "letter": [("KIT-1", "staff_roster", 1_767_574_800, hashed, DAY, DAY)],
    }
