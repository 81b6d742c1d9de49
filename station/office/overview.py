"""The office at a glance, read from the database: kits, queue, statuses, blanks, conflicts. No biometrics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, text, update

from station.domain.clock import local_date
from station.domain.errors import NotFound
from station.domain.status import RecordStatus
from station.office.context import Office
from station.office.intake import NOTED
from station.office.ledger_intake import balances
from station.office.tables import conflict, event, kit, packet, packet_count, upload
from station.sync.wire import loads

_ORDER = {status.value: number for number, status in enumerate(RecordStatus)}
_SESSIONS_KNOWN_FOR = timedelta(days=60)
_KEYS_AT_ONCE = 200
_TRANSFER = "transfer:"
_NO_STOCK = ("outside:", "printed:", "discrepancy", "destroyed", "loan_", _TRANSFER)


@dataclass(frozen=True, slots=True)
class KitLine:
    """One kit: standing, when last heard, what is half-received, how far it has read its feed."""

    kit_id: str
    state: str
    reason: str
    last_seen: datetime
    certificate_until: datetime
    clock_skew_s: int
    packets_today: int
    packets: int
    half_received: int
    feed_behind: int
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school's recordings by one kit that arrived today; no school name where the kit never said one."""

    school: str
    kit_id: str
    packets_today: int
    packets: int
    last_received: datetime | None


@dataclass(frozen=True, slots=True)
class StatusLine:
    """How many records have a status, and the age of the oldest of them in days."""

    status: str
    count: int
    oldest_days: int


@dataclass(frozen=True, slots=True)
class StockLine:
    """Blanks at one custody point."""

    kit_id: str
    account: str
    balance: int


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """Something for people to decide."""

    kit_id: str
    conflict_id: str
    kind: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole page."""

    at: datetime
    kits: tuple[KitLine, ...]
    statuses: tuple[StatusLine, ...]
    schools: tuple[SchoolLine, ...]
    stock: tuple[StockLine, ...]
    conflicts: tuple[ConflictLine, ...]
    waiting_packets: int
    waiting_events: int
    failed: int


def read_overview(office: Office) -> Overview:
    """Read everything in one snapshot."""
    now = office.clock.now()
    with office.database.read() as connection:
        kits = _kits(connection, office, now)
        return Overview(
            at=now,
            kits=kits,
            statuses=_statuses(connection, now),
            schools=_schools(connection, _midnight(office, now), now, office),
            stock=_stock({known.kit_id: balances(connection, known.kit_id) for known in kits}),
            conflicts=open_conflicts(connection),
            waiting_packets=_count(connection, packet, "waiting"),
            waiting_events=_count(connection, event, "waiting"),
            failed=_count(connection, packet, "failed") + _count(connection, event, "failed"),
        )


def open_conflicts(connection: Connection) -> tuple[ConflictLine, ...]:
    """Return what nobody has decided yet, oldest first."""
    query = select(conflict).where(conflict.c.resolved_at == "").order_by(conflict.c.at)
    return tuple(
        ConflictLine(row.kit_id, row.conflict_id, row.kind, row.detail, datetime.fromisoformat(row.at))
        for row in connection.execute(query)
    )


def resolve_conflict(office: Office, kit_id: str, conflict_id: str, login: str) -> None:
    """Note who settled a conflict and when; raises NotFound."""
    with office.database.write() as connection:
        done = connection.execute(
            update(conflict)
            .where(conflict.c.kit_id == kit_id, conflict.c.conflict_id == conflict_id, conflict.c.resolved_at == "")
            .values(resolved_at=office.clock.now().isoformat(), resolved_by=login)
        )
    if done.rowcount != 1:
        raise NotFound("office-conflict-unknown")


def packet_rows(connection: Connection) -> list[tuple[str, str, str, str, str, str]]:
    """Return kit, packet, session, received, status and its moment of every packet, for the download."""
    columns = (
        packet.c.kit_id, packet.c.packet_id, packet.c.session_id, packet.c.received_at, packet.c.status,
        packet.c.status_at,
    )  # fmt: skip
    rows = connection.execute(select(*columns).order_by(packet.c.received_at))
    return [(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows]


def _kits(connection: Connection, office: Office, now: datetime) -> tuple[KitLine, ...]:
    midnight = _midnight(office, now)
    total = func.sum(packet_count.c.packets)
    totals = dict(_pairs(connection, select(packet_count.c.kit_id, total).group_by(packet_count.c.kit_id)))
    today_counts: Counter[str] = Counter()
    for kit_id, _session, count in connection.execute(today_query(midnight)):
        today_counts[kit_id] += int(count)
    halves = dict(_pairs(connection, select(upload.c.kit_id, func.count()).group_by(upload.c.kit_id)))
    return tuple(
        KitLine(
            row.kit_id,
            row.state,
            row.reason,
            datetime.fromisoformat(row.last_seen_at),
            datetime.fromisoformat(row.certificate_until),
            row.clock_skew_s,
            today_counts[row.kit_id],
            int(totals.get(row.kit_id, 0)),
            halves.get(row.kit_id, 0),
            row.feed_n - row.feed_acknowledged,
            row.ledger_seq,
        )
        for row in connection.execute(select(kit).order_by(kit.c.kit_id))
    )


def _statuses(connection: Connection, now: datetime) -> tuple[StatusLine, ...]:
    lines = [
        StatusLine(status, int(count), max(0, (now - datetime.fromisoformat(oldest)) // timedelta(days=1)))
        for status, count, oldest in connection.execute(statuses_query())
    ]
    return tuple(sorted(lines, key=lambda line: (_ORDER.get(line.status, len(_ORDER)), line.status)))


def statuses_query() -> Select[Any]:
    """Return the query for status, count and oldest moment: counts from their table, each oldest from the index."""
    status, count = packet_count.c.status, func.sum(packet_count.c.packets)
    oldest = select(func.min(packet.c.status_at)).where(packet.c.status == status).scalar_subquery()
    return select(status, count, oldest).group_by(status).having(count > 0)


def today_query(midnight: str) -> Select[str, str, int]:
    """Return the query for kit, session and how many packets came today.

    It groups by expressions, since SQLite would else read every packet in the order of the groups to spare a sort.
    """
    kit_id, session = packet.c.kit_id.concat("").label("of_kit"), packet.c.session_id.concat("").label("of_session")
    return (
        select(kit_id, session, func.count())
        .where(packet.c.received_at >= midnight)
        .group_by(text("of_kit"), text("of_session"))
    )


def sessions_query(keys: list[tuple[str, str]]) -> Select[Any]:
    """Return the query for kit, session, all packets and the newest moment of these sessions.

    Written as OR, since SQLite would look pairs in a list up by their first half only.
    """
    columns = (packet.c.kit_id, packet.c.session_id)
    pairs = [and_(columns[0] == kit_id, columns[1] == session) for kit_id, session in keys]
    return select(*columns, func.count(), func.max(packet.c.received_at)).where(or_(*pairs)).group_by(*columns)


def _schools(connection: Connection, midnight: str, now: datetime, office: Office) -> tuple[SchoolLine, ...]:
    """Return what came today by school and kit, and the sessions of today from which nothing came yet."""
    said, today = _sessions_said(connection, now), local_date(now, office.zone).isoformat()
    new = {(kit_id, session): int(count) for kit_id, session, count in connection.execute(today_query(midnight))}
    keys = sorted(new.keys() | {key for key, (_school, day) in said.items() if day == today})
    whole: dict[tuple[str, str], tuple[int, datetime]] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        for kit_id, session, count, last in connection.execute(sessions_query(keys[start : start + _KEYS_AT_ONCE])):
            whole[kit_id, session] = int(count), datetime.fromisoformat(last)
    lines: dict[tuple[str, str], SchoolLine] = {}
    for key in keys:
        count, last = whole.get(key, (0, None))
        _add(lines, SchoolLine(said.get(key, ("", ""))[0], key[0], new.get(key, 0), count, last))
    return tuple(sorted(lines.values(), key=lambda line: (not line.school, line.school, line.kit_id)))


def _add(lines: dict[tuple[str, str], SchoolLine], line: SchoolLine) -> None:
    """Add a session to the line of its school and kit."""
    key = line.school, line.kit_id
    known = lines.get(key, SchoolLine(line.school, line.kit_id, 0, 0, None))
    last = max(filter(None, (known.last_received, line.last_received)), default=None)
    counts = known.packets_today + line.packets_today, known.packets + line.packets
    lines[key] = SchoolLine(line.school, line.kit_id, *counts, last)


def _sessions_said(connection: Connection, now: datetime) -> dict[tuple[str, str], tuple[str, str]]:
    """Return school and day of every session the kits announced in the last weeks, by kit and session."""
    said = {}
    lately = (event.c.work == NOTED, event.c.work_at >= (now - _SESSIONS_KNOWN_FOR).isoformat())
    for row in connection.execute(select(event.c.kit_id, event.c.body).where(*lately)):
        body = loads(bytes(row.body))
        said[(row.kit_id, str(body.get("session_id", "")))] = (str(body.get("school", "")), str(body.get("day", "")))
    return said


def _midnight(office: Office, now: datetime) -> str:
    """Return when the office's day began, as the database writes moments."""
    today = local_date(now, office.zone)
    return datetime(today.year, today.month, today.day, tzinfo=office.zone).astimezone(now.tzinfo).isoformat()


def _stock(books: dict[str, dict[str, int]]) -> tuple[StockLine, ...]:
    """Return the blanks of each place of each kit; behind them what is on the way, which both its ends book."""
    lines = [
        StockLine(kit_id, account, count)
        for kit_id, found in books.items()
        for account, count in found.items()
        if not account.startswith(_NO_STOCK)
    ]
    on_the_way: Counter[str] = Counter()
    for found in books.values():
        on_the_way.update({account: count for account, count in found.items() if account.startswith(_TRANSFER)})
    for account, count in sorted(on_the_way.items()):
        if count:
            sender = account.removeprefix(_TRANSFER).partition(">")[0]
            lines.append(StockLine(sender, account, count))
    return tuple(lines)


def _count(connection: Connection, table: object, work: str) -> int:
    columns = table.c  # type: ignore[attr-defined]
    return int(connection.execute(select(func.count()).where(columns.work == work)).scalar_one())


def _pairs(connection: Connection, query: object) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in connection.execute(query)]  # type: ignore[call-overload]
