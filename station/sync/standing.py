"""How sync stands, read from the store: queue, budget, certificate life, clock, and what to warn about."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from station.config import KitConfig
from station.domain.clock import Clock, local_date
from station.domain.errors import StationError
from station.store import outbox, records
from station.store.database import Database
from station.store.outbox import OutboxItem, OutboxState
from station.sync.report import SyncProblem, SyncStatus, WaitingItem
from station.sync.trust import load_trust

WARN_CERTIFICATE = timedelta(days=30)
WARN_SILENCE = timedelta(days=3)
WARN_CLOCK_S = 120
RATE = "bytes_per_s"
FIRST_METERED_BYTES_PER_S = 25_000.0  # 200 kbit/s, until a visit over the modem was long enough to tell
_MIB = 1024 * 1024


def standing(database: Database, config: KitConfig, trust_dir: Path, clock: Clock, paused: bool) -> SyncStatus:
    """Return how sync stands now."""
    now = clock.now()
    warnings: list[SyncProblem] = []
    kit_id, certificate_until = "", None
    try:
        trust = load_trust(trust_dir)
        kit_id, certificate_until = trust.kit_id, trust.certificate.not_after
    except StationError as error:
        warnings.append(SyncProblem.of(error))
    with database.read() as connection:
        waiting = outbox.items(connection, OutboxState.WAITING)
        aside = outbox.items(connection, OutboxState.SET_ASIDE)
        refused = len(records.refused_inbox(connection))
        contact = records.get_state(connection, "last_contact")
        offset_s = int((records.get_state(connection, "clock_offset") or b"0").decode())
        rate = float((records.get_state(connection, f"{RATE}_m2m") or b"0").decode()) or FIRST_METERED_BYTES_PER_S
        used = records.usage(connection, local_date(now, config.time_zone).isoformat(), "m2m")
    last_contact = None if contact is None else datetime.fromisoformat(contact.decode())
    warnings += _warnings(now, certificate_until, last_contact, offset_s, len(aside))
    waiting_bytes = sum(item.size for item in waiting)
    return SyncStatus(
        paired=bool(kit_id),
        kit_id=kit_id,
        waiting=tuple(_line(item) for item in waiting),
        set_aside=tuple(_line(item) for item in aside),
        inbox_refused=refused,
        last_contact_at=last_contact,
        clock_offset_s=offset_s,
        certificate_until=certificate_until,
        metered_bytes_today=used,
        metered_budget_bytes=config.office.metered_budget_mib_per_day * _MIB,
        estimate_s=waiting_bytes / rate if waiting_bytes else None,
        paused=paused,
        warnings=tuple(warnings),
    )


def _warnings(
    now: datetime, certificate_until: datetime | None, last_contact: datetime | None, offset_s: int, aside: int
) -> list[SyncProblem]:
    found = []
    if certificate_until is not None and certificate_until <= now:
        found.append(SyncProblem("sync-certificate-expired", {"until": certificate_until}))
    elif certificate_until is not None and certificate_until - now < WARN_CERTIFICATE:
        found.append(SyncProblem("sync-certificate-ends", {"days": (certificate_until - now).days}))
    if last_contact is not None and now - last_contact > WARN_SILENCE:
        found.append(SyncProblem("sync-office-silent", {"days": (now - last_contact).days}))
    if abs(offset_s) > WARN_CLOCK_S:
        found.append(SyncProblem("sync-clock-wrong", {"seconds": offset_s}))
    if aside:
        found.append(SyncProblem("sync-items-aside", {"count": aside}))
    return found


def _line(item: OutboxItem) -> WaitingItem:
    return WaitingItem(item.item_id, item.kind, item.topic, item.size, item.tries, item.reason, item.created_at)
