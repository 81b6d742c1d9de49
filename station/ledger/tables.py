"""The tables of the blank book and the triggers that guard them.

Entries, signed heads and serial lists are append-only. An entry's identifier ends with
its sequence number, so that it needs no index of its own. Balances and daily sums are
caches: one trigger keeps them in step with every entry and refuses negative stock.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from station.store.database import metadata
from station.store.schema import add_statement, append_only

ENTRY_COLUMNS = (
    "seq", "entry_id", "station", "at", "day", "movement", "debit", "credit", "quantity", "actor_id", "second_id",
    "reason", "serial", "intent_id", "document_no", "document_date", "giver", "receiver", "reference", "details",
)  # fmt: skip

entry_table = Table(
    "ledger_entry",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("entry_id", String(32), nullable=False),
    Column("station", String(32), nullable=False),
    Column("at", String(40), nullable=False),
    Column("day", String(10), nullable=False),
    Column("movement", String(20), nullable=False),
    Column("debit", String(100), nullable=False),
    Column("credit", String(100), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("actor_id", String(32), nullable=False),
    Column("second_id", String(32), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("serial", String(40), nullable=False),
    Column("intent_id", String(32), nullable=False),
    Column("document_no", String(80), nullable=False),
    Column("document_date", String(10), nullable=False),
    Column("giver", String(80), nullable=False),
    Column("receiver", String(80), nullable=False),
    Column("reference", String(32), nullable=False),
    Column("details", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
_PRINT_MOVEMENTS = "('printed', 'spoiled', 'missing')"
Index("ledger_entry_intent", entry_table.c.intent_id, sqlite_where=entry_table.c.intent_id != "")
Index("ledger_entry_reference", entry_table.c.reference, sqlite_where=entry_table.c.reference != "")
add_statement(
    "CREATE INDEX IF NOT EXISTS ledger_entry_custody ON ledger_entry (day, seq) "
    f"WHERE movement NOT IN {_PRINT_MOVEMENTS}"
)
add_statement(
    "CREATE INDEX IF NOT EXISTS ledger_entry_movement ON ledger_entry (movement, seq) "
    f"WHERE movement NOT IN {_PRINT_MOVEMENTS}"
)
add_statement("CREATE INDEX IF NOT EXISTS ledger_entry_lock ON ledger_entry (reason) WHERE movement = 'day_locked'")
add_statement(
    "CREATE INDEX IF NOT EXISTS ledger_entry_late ON ledger_entry (day, seq) "
    f"WHERE movement IN {_PRINT_MOVEMENTS} AND details <> ''"
)
PRINTS_WITH_DETAILS = f"movement IN {_PRINT_MOVEMENTS} AND details <> ''"
CUSTODY_ONLY = f"movement NOT IN {_PRINT_MOVEMENTS}"

balance_table = Table(
    "ledger_balance",
    metadata,
    Column("account", String(100), primary_key=True),
    Column("balance", Integer, nullable=False),
    sqlite_with_rowid=False,
)

day_table = Table(
    "ledger_day",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("movement", String(20), primary_key=True),
    Column("debit", String(100), primary_key=True),
    Column("credit", String(100), primary_key=True),
    Column("reason", String(40), primary_key=True),
    Column("quantity", Integer, nullable=False),
    sqlite_with_rowid=False,
)

serial_table = Table(
    "ledger_serial",
    metadata,
    Column("serial", String(40), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("place", String(100), nullable=False),
    Column("entry_id", String(32), nullable=False),
    sqlite_with_rowid=False,
)

receipt_serial_table = Table(
    "ledger_receipt_serial",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("serial", String(40), primary_key=True),
    sqlite_with_rowid=False,
)

head_table = Table(
    "ledger_head",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("at", String(40), nullable=False),
    Column("signature", LargeBinary, nullable=False),
)

append_only("ledger_entry")
append_only("ledger_receipt_serial")
append_only("ledger_head")

NEGATIVE_STOCK = "ledger: no negative stock"
add_statement(
    "CREATE TRIGGER IF NOT EXISTS ledger_entry_in_sequence BEFORE INSERT ON ledger_entry "
    "WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger_entry) OR NEW.quantity < 0 "
    "BEGIN SELECT RAISE(ABORT, 'ledger: entries follow each other'); END"
)
add_statement(
    "CREATE TRIGGER IF NOT EXISTS ledger_entry_posted AFTER INSERT ON ledger_entry BEGIN "
    "INSERT INTO ledger_day (day, movement, debit, credit, reason, quantity) "
    "VALUES (NEW.day, NEW.movement, NEW.debit, NEW.credit, NEW.reason, NEW.quantity) "
    "ON CONFLICT (day, movement, debit, credit, reason) DO UPDATE SET quantity = quantity + NEW.quantity; "
    "INSERT INTO ledger_balance (account, balance) VALUES (NEW.debit, NEW.quantity), (NEW.credit, -NEW.quantity) "
    "ON CONFLICT (account) DO UPDATE SET balance = balance + excluded.balance; "
    "SELECT RAISE(ABORT, 'ledger: no negative stock') FROM ledger_balance WHERE account IN (NEW.debit, NEW.credit) "
    "AND account NOT LIKE 'outside:%' AND account NOT LIKE 'transfer:%' AND account <> 'discrepancy' "
    "AND CASE WHEN account LIKE 'loan_in:%' THEN balance > 0 ELSE balance < 0 END; END"
)
