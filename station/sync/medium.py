"""Sync by a USB medium, where no link reaches: the same sealed packets and signed batches, as files.

The kit writes, the office takes them by the same idempotent path and writes receipts and
feed pages back, the kit reads those. Small messages are sealed with age on the medium.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from station.domain.errors import BadInput, StorageFailure, Tampered
from station.keys.keystore import sync_folder, write_durably
from station.keys.sealing import open_sealed, seal
from station.store import outbox
from station.store.database import Database
from station.store.outbox import OutboxState
from station.sync import wire
from station.sync.inbox import Inbox
from station.sync.outgoing import Outgoing
from station.sync.trust import Trust

ROOT = "station-medium"
BATCH, REPLY, CURSOR, PAGE = "batch.age", "reply.cose", "cursor.cose", "feed.age"


@dataclass(frozen=True, slots=True)
class MediumReport:
    """What was written to or read from a medium."""

    packets: int
    receipts: int
    feed_items: int
    batch: bool


def export_medium(
    folder: Path,
    data_dir: Path,
    database: Database,
    outgoing: Outgoing,
    inbox: Inbox,
    trust: Trust,
    office_recipient: str,
) -> MediumReport:
    """Write everything that waits to a medium; what is there already is not copied again. Raises StorageFailure."""
    target = folder / ROOT / trust.kit_id
    under_way = outgoing.next()
    if under_way is not None:
        write_durably(target / BATCH, seal(under_way.message, (office_recipient,)))
    write_durably(target / CURSOR, str(inbox.cursor()).encode())
    with database.read() as connection:
        waiting = outbox.items(connection, OutboxState.WAITING, "packet")
    for item in waiting:
        _copy_durably(data_dir / item.body.decode(), target / f"{item.item_id}.packet", item.size)
    return MediumReport(len(waiting), 0, 0, under_way is not None)


def import_medium(
    folder: Path,
    data_dir: Path,
    database: Database,
    outgoing: Outgoing,
    inbox: Inbox,
    trust: Trust,
    sealing_identity: str,
) -> MediumReport:
    """Read what the office wrote: receipts, the answer to the batch, the feed. Raises Tampered, BadInput."""
    target = folder / ROOT / trust.kit_id
    if not target.is_dir():
        raise BadInput("sync-medium-empty", path=str(folder))
    receipts = _take_receipts(target, data_dir, database, trust)
    answered = _take_reply(target, outgoing, trust)
    items = _take_page(target, inbox, trust, sealing_identity)
    return MediumReport(0, receipts, items, answered)


def _take_receipts(target: Path, data_dir: Path, database: Database, trust: Trust) -> int:
    taken = 0
    with database.read() as connection:
        waiting = {item.item_id: item for item in outbox.items(connection, OutboxState.WAITING, "packet")}
    for path in sorted(target.glob("*.receipt")):
        item = waiting.get(path.stem)
        if item is None:
            continue
        signed = path.read_bytes()
        receipt = wire.decode_receipt(signed, trust.office_public)
        file = data_dir / item.body.decode()
        if (receipt.packet_id, receipt.size) != (item.item_id, file.stat().st_size):
            raise Tampered("sync-receipt-other")
        with database.write() as connection:
            outbox.mark_delivered(connection, item.item_id, signed)
        taken += 1
    return taken


def _take_reply(target: Path, outgoing: Outgoing, trust: Trust) -> bool:
    path = target / REPLY
    under_way = outgoing.next()
    if under_way is None or not path.exists():
        return False
    signed = path.read_bytes()
    reply = wire.decode_reply(signed, trust.office_public)
    if reply.batch_id != under_way.batch_id:
        return False
    outgoing.answered(under_way, reply, signed)
    return True


def _take_page(target: Path, inbox: Inbox, trust: Trust, sealing_identity: str) -> int:
    path = target / PAGE
    if not path.exists():
        return 0
    page = wire.decode_page(open_sealed(path.read_bytes(), sealing_identity), trust.office_public)
    if page.kit_id != trust.kit_id:
        raise Tampered("sync-medium-foreign", path=path.name)
    before = inbox.cursor()
    if page.after > before:
        raise Tampered("sync-feed-gap", after=before)
    for item in page.items:
        inbox.apply(item)
    return inbox.cursor() - before


def _copy_durably(source: Path, target: Path, size: int) -> None:
    if target.exists() and target.stat().st_size == size:
        return
    temporary = target.with_suffix(".new")
    try:
        with open(source, "rb") as content, open(temporary, "wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageFailure("sync-medium-failed", path=str(target), reason=error.strerror or "") from error
