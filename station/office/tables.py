"""The office's tables; every key starts with `kit_id`, so that rows of one kit live together on any engine.

Times are ISO 8601 UTC text, identifiers are ours, biometrics are never in the database.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()
_TIME = String(40)

kit = Table(
    "kit",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("reason", String(400), nullable=False, default=""),
    Column("signing_public", LargeBinary, nullable=False),
    Column("sealing_recipient", String(120), nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("certificate_until", _TIME, nullable=False),
    Column("prints_at", String(64), nullable=False),
    Column("feed_n", BigInteger, nullable=False, default=0),
    Column("feed_acknowledged", BigInteger, nullable=False, default=0),
    Column("feed_served", BigInteger, nullable=False, default=0),
    Column("ledger_seq", BigInteger, nullable=False, default=0),
    Column("ledger_hash", LargeBinary, nullable=False, default=b""),
    Column("witness_seq", BigInteger, nullable=False, default=0),
    Column("witness_hash", LargeBinary, nullable=False, default=b""),
    Column("clock_skew_s", Integer, nullable=False, default=0),
    Column("policy_digest", String(64), nullable=False, default=""),
    Column("paired_at", _TIME, nullable=False),
    Column("last_seen_at", _TIME, nullable=False),
)

policy = Table(
    "policy",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", _TIME, nullable=False),
)

pairing_code = Table(
    "pairing_code",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("code_hash", LargeBinary, nullable=False, unique=True),
    Column("expires_at", _TIME, nullable=False),
    Column("used_at", _TIME, nullable=False, default=""),
)

upload = Table(
    "upload",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("packet_id", String(32), primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("offset_bytes", BigInteger, nullable=False),
    Column("created_at", _TIME, nullable=False),
)

packet = Table(
    "packet",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("packet_id", String(32), primary_key=True),
    Column("sha256", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", _TIME, nullable=False),
    Column("work", String(16), nullable=False),
    Column("work_at", _TIME, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("nik", String(16), nullable=False, default=""),
    Column("session_id", String(64), nullable=False, default=""),
    Column("status", String(64), nullable=False),
    Column("status_at", _TIME, nullable=False),
    Column("note", String(400), nullable=False, default=""),
)
Index("packet_work", packet.c.work, packet.c.work_at)
Index("packet_nik", packet.c.nik)
Index("packet_received", packet.c.received_at, packet.c.kit_id, packet.c.session_id)
Index("packet_session", packet.c.kit_id, packet.c.session_id)
Index("packet_status", packet.c.status, packet.c.status_at)

packet_count = Table(
    "packet_count",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("status", String(64), primary_key=True),
    Column("packets", BigInteger, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", _TIME, nullable=False),
)

batch = Table(
    "batch",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("batch_id", String(32), primary_key=True),
    Column("reply", LargeBinary, nullable=False),
    Column("at", _TIME, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("event_id", String(32), primary_key=True),
    Column("topic", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", _TIME, nullable=False),
    Column("work", String(16), nullable=False),
    Column("work_at", _TIME, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("note", String(400), nullable=False, default=""),
)
Index("event_work", event.c.work, event.c.work_at)

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("debit", String(80), nullable=False, default=""),
    Column("credit", String(80), nullable=False, default=""),
    Column("quantity", BigInteger, nullable=False, default=0),
    Column("serial", String(64), nullable=False, default=""),
    Column("day", String(10), nullable=False, default=""),
    Column("movement", String(24), nullable=False, default=""),
    Column("entry_id", String(64), nullable=False, default=""),
    Column("reference", String(64), nullable=False, default=""),
)
Index("ledger_serial", ledger_entry.c.serial)

evidence = Table(
    "evidence",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("evidence_id", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", _TIME, nullable=False),
)

conflict = Table(
    "conflict",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("conflict_id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", _TIME, nullable=False),
    Column("resolved_at", _TIME, nullable=False, default=""),
    Column("resolved_by", String(64), nullable=False, default=""),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("heads", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("login", String(64), primary_key=True),
    Column("name", String(120), nullable=False),
    Column("secret", String(200), nullable=False),
    Column("administrator", Boolean, nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", _TIME, nullable=False, default=""),
)

field_staff = Table(
    "field_staff",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("login", String(32), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("roles", String(200), nullable=False),
    Column("secret", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("changed_at", _TIME, nullable=False),
    Column("changed_by", String(64), nullable=False),
)

field_finger = Table(
    "field_finger",
    metadata,
    Column("staff_id", String(32), primary_key=True),
    Column("finger", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("kit_id", String(64), nullable=False),
    Column("at", _TIME, nullable=False),
)

letter = Table(
    "letter",
    metadata,
    Column("kit_id", String(64), primary_key=True),
    Column("subject", String(80), primary_key=True),
    Column("serial", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("issued_at", _TIME, nullable=False),
    Column("expires_at", _TIME, nullable=False),
)
