"""One world: a kit and an office, the product's own code and schema on power-cut disks, a link that drops anywhere.

Only HTTP is left out: the functions on both sides of it are called directly. One seed is one world, but for the
random bytes that age puts into each sealed file: a failing seed repeats in most runs, not in all. Every promise is
checked after each power cut, at times in between, and at the end.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cbor2
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from station.capture.packet import Member, OuterManifest, seal_packet
from station.domain.clock import ManualClock
from station.domain.errors import Refused, StationError, StorageFailure
from station.domain.identifiers import CountedIds
from station.domain.staff import Actor, Role
from station.keys.keystore import sync_folder
from station.keys.sealing import recipient_of
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.posting import Document
from station.office import batches, feed, incoming, receive, tables
from station.office.context import Office
from station.office.intake import IntakeWorker
from station.office.kits import KnownKit, find_kit, witness
from station.office.storage import FolderStorage
from station.store import outbox, records
from station.store.schema import create_schema
from station.sync.inbox import Inbox
from station.sync.outgoing import BookSource, Outgoing
from station.sync.wire import BatchReply, SessionClaim, decode_receipt, decode_reply
from tests.integration.simulation import apsw_dbapi
from tests.integration.simulation.apsw_dbapi import open_on_disk
from tests.integration.simulation.broken_builds import Broken, built_as
from tests.integration.simulation.furnished_disk import create_office_tables, furnish
from tests.integration.simulation.power_cut_disk import Disk, PowerCut, fsync_reaches
from tests.integration.simulation.world_cast import KEYS, PretendCentre, person

ZONE = ZoneInfo("Asia/Makassar")
CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
CENTRE = Party(PartyKind.CENTRE, "Pusat")
START = datetime(2026, 1, 5, tzinfo=UTC)
PIECE_BYTES = 700
LOOKS = 0.2  # how often somebody looks without a power cut
BLANK_EVERY = 10  # every so many worlds begin on blank disks and make their tables under the same power cuts


class LinkCut(Exception):
    """The link dropped."""


class World:
    """Two machines and what happens to them."""

    def __init__(self, seed: int, broken: Broken, root: Path) -> None:
        self.rnd, self.broken = random.Random(seed), broken
        self.clock, self.ids = ManualClock(START), CountedIds()
        self.drop = self.rnd.choice([0.05, 0.2, 0.5])
        self.cuts = 0
        self.saved: dict[str, bytes] = {}
        self.pending: list[Callable[[], None]] = []
        self.kit_disk, self.office_disk = (_disk(root / name, self.rnd) for name in ("kit", "office"))
        self.office_disk.lies = broken.no_fsync_at_office
        self.centre = PretendCentre(self.rnd, self.clock)
        self._furnished = bool(seed % BLANK_EVERY)
        if self._furnished:
            furnish(self.kit_disk, "kit.db", create_schema)
            furnish(self.office_disk, "office.db", create_office_tables)
        self._boot_kit()
        self._boot_office()
        self._pair()

    @property
    def disks(self) -> tuple[Disk, Disk]:
        return self.kit_disk, self.office_disk

    def _boot_kit(self) -> None:
        synchronous = "NORMAL" if self.broken.synchronous_normal else "FULL"
        self.kit_database = open_on_disk("kit.db", self.kit_disk, synchronous)
        if not self._furnished:
            create_schema(self.kit_database)
        self.book = BlankBook(self.kit_database, KEYS.kit, self.clock, self.ids, "KIT-1", ZONE)
        self.outgoing = Outgoing(self.kit_database, BookSource(self.book), KEYS.kit, "KIT-1", self.clock, self.ids)
        self.inbox = Inbox(self.kit_database, {}, self.clock)

    def _boot_office(self) -> None:
        database = open_on_disk("office.db", self.office_disk, "FULL")
        folder = self.office_disk.folder
        secrets: Any = KEYS
        centre: Any = self.centre
        storage = FolderStorage(folder)
        self.office = Office(database, storage, secrets, centre, self.clock, self.ids, folder, ZONE)
        if not self._furnished:
            create_office_tables(database)
        self.worker = IntakeWorker(self.office)
        self.worker._rounds.go = lambda: None  # type: ignore[method-assign]

    def _pair(self) -> None:
        with self.office.database.write() as connection:
            connection.execute(
                tables.kit.insert().values(
                    kit_id="KIT-1", state="paired", signing_public=KEYS.kit.public_der, sealing_recipient="",
                    certificate=b"", certificate_until="", prints_at="KIT-1", paired_at=START.isoformat(),
                    last_seen_at=START.isoformat(),
                )
            )  # fmt: skip

    def known(self) -> KnownKit:
        with self.office.database.read() as connection:
            return find_kit(connection, "KIT-1")

    def edge(self) -> None:
        """Be at the edge of a message: the link may drop here."""
        if self.rnd.random() < self.drop:
            raise LinkCut

    def restart(self) -> bool:
        """Bring back the machines that lost power; tell whether there was one."""
        before = self.cuts
        if self.kit_disk.dead:
            self.kit_database.close()
            self.kit_disk.restart()
            self.cuts += 1
            self._boot_kit()
        if self.office_disk.dead:
            self.office.database.close()
            self.office_disk.restart()
            self.pending.clear()
            self.cuts += 1
            self._boot_office()
        return self.cuts > before

    def record(self) -> None:
        """Record one person: packet, ledger entry and event; counts as saved once all returned."""
        packet_id = self.ids.new()
        path = self.kit_disk.folder / "packets" / packet_id

        def describe(sealed_sha256: bytes, size: int) -> OuterManifest:
            return OuterManifest(
                packet_id, "KIT-1", 1, bytes(32), sealed_sha256, size, (), "station", "0", "s", "o", self.clock.now(),
                "system", None, bytes(32),
            )  # fmt: skip

        noise = self.rnd.randbytes(self.rnd.randrange(100, 2500))
        members = [
            Member("biodata.cbor", lambda: cbor2.dumps(person(len(self.saved)).as_dict())),
            Member("noise", lambda: noise),
        ]
        inner: dict[str, object] = {"packet_id": packet_id, "kit_id": "KIT-1", "sitting_id": "x"}
        recipients = (recipient_of(KEYS.identity), KEYS.recovery)
        packet = seal_packet(path, describe, inner, members, recipients, KEYS.kit)
        body = cbor2.dumps({"nik": packet_id, "status": "CARD_PRINTED"})
        now = self.clock.now()
        with self.kit_database.write() as connection:
            outbox.enqueue(connection, packet_id, "packet", "packet", str(path).encode(), packet.size, now)
            outbox.enqueue(connection, self.ids.new(), "event", "note", body, len(body), now)
            self.book.receive(CUSTODIAN, Document("B", date(2026, 1, 5)), CENTRE, 1, 1, None)
        self.saved[packet_id] = packet.sha256

    def sync(self) -> None:
        """One try of one kind of exchange; a drop ends it."""
        try:
            self.rnd.choice([self._batch, self._feed, self._packet])()
        except LinkCut:
            return

    def sync_everything(self) -> None:
        """Exchange all there is over a link that holds."""
        self._batch()
        with self.kit_database.read() as connection:
            waiting = outbox.items(connection, outbox.OutboxState.WAITING, "packet")
        for _item in waiting:
            self._packet()
        self._feed()

    def _batch(self) -> None:
        head = BookSource(self.book).head()
        under_way = self.outgoing.next()
        self.edge()
        claim = SessionClaim("KIT-1", self.clock.now(), b"", head)
        with self.office.database.write() as connection:
            witness(self.office, connection, self.known(), claim, cbor2.dumps([head.seq, head.hash]))
        if under_way is None:
            return
        signed = batches.take(self.office, self.known(), under_way.message)
        self.edge()
        reply: BatchReply = decode_reply(signed, KEYS.office.public_der)
        assert not reply.problems, reply.problems
        self.outgoing.answered(under_way, reply, signed)

    def _feed(self) -> None:
        after = self.inbox.cursor()
        self.edge()
        with self.office.database.write() as connection:
            feed.acknowledge(connection, "KIT-1", after)
            items, _last = feed.page(connection, "KIT-1", after)
        self.edge()
        for item in items:
            assert self.inbox.apply(item) is None

    def _packet(self) -> None:
        with self.kit_database.read() as connection:
            waiting = outbox.items(connection, outbox.OutboxState.WAITING, "packet")
        if not waiting:
            return
        item = waiting[0]
        path = Path(item.body.decode())
        self.edge()
        incoming.begin(self.office, "KIT-1", item.item_id, item.size)
        state = incoming.settle(self.office, "KIT-1", item.item_id)
        content = path.read_bytes()
        receipt = state.receipt
        if receipt is None:
            self.edge()
            receipt = self._send(item.item_id, content, state)
        self.edge()
        signed = decode_receipt(receipt, KEYS.office.public_der)
        assert signed.sha256 == self.saved.get(item.item_id, signed.sha256)
        with self.kit_database.write() as connection:
            outbox.mark_delivered(connection, item.item_id, receipt)
        self._purge(path)

    def _send(self, name: str, content: bytes, state: incoming.UploadState) -> bytes:
        path = incoming.partial_path(self.office, "KIT-1", name)
        if state.offset < state.length:
            file = incoming.PartialFile(self.office, "KIT-1", name, state.offset)
            while file.offset < state.length:
                piece = content[file.offset : file.offset + PIECE_BYTES]
                cut = self.rnd.random() < self.drop
                if cut:
                    piece = piece[: self.rnd.randrange(len(piece) + 1)]
                if self.broken.delete_on_last_byte and file.offset + len(piece) >= state.length:
                    self._purge(Path(self.kit_disk.folder / "packets" / name))
                file.append(piece)
                if cut:
                    raise LinkCut
        return receive.take(self.office, self.known(), name, path)

    def _purge(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)

    def check(self) -> None:
        """Hold every promise against what is on the two disks now."""
        with self.office.database.read() as connection:
            there = {row.packet_id: bytes(row.sha256) for row in connection.execute(select(tables.packet))}
            entries = [bytes(row.hash) for row in connection.execute(_ordered())]
            bodies = [bytes(row.body) for row in connection.execute(select(tables.event))]
            state = connection.execute(select(tables.kit.c.state)).scalar_one()
        assert state == "paired", "an honest kit was quarantined"
        for packet_id, sha256 in there.items():
            stored = self.office.data_dir / "packets" / "KIT-1" / f"{packet_id}.sealed"
            content = stored.read_bytes() if stored.exists() else b""
            assert hashlib.sha256(content).digest() == sha256, "office claims too much"
        with self.kit_database.read() as connection:
            mine = {item.item_id for one in outbox.OutboxState for item in outbox.items(connection, one, "packet")}
        for packet_id, sha256 in self.saved.items():
            path = self.kit_disk.folder / "packets" / packet_id
            here = packet_id in mine and path.exists() and hashlib.sha256(path.read_bytes()).digest() == sha256
            assert here or there.get(packet_id) == sha256, f"packet {packet_id} is lost"
        hashes = [entry.hash for entry in self.book.entries_after(0)]
        assert entries == hashes[: len(entries)], "the office's ledger is no prefix of the kit's"
        assert len(hashes) >= len(self.saved), "a ledger entry is lost"
        assert len(bodies) == len(set(bodies)), "an event was taken twice"

    def settled(self) -> bool:
        """Tell whether everything has arrived everywhere."""
        with self.kit_database.read() as connection:
            waiting = outbox.items(connection, outbox.OutboxState.WAITING)
        with self.office.database.read() as connection:
            rows = connection.execute(select(tables.packet)).all()
            _items, last = feed.page(connection, "KIT-1", 0)
            seq = connection.execute(select(tables.kit.c.ledger_seq)).scalar_one()
        done = all(row.work == "done" for row in rows)
        ledger = seq == len(self.book.entries_after(0))
        return not waiting and done and ledger and self.inbox.cursor() == last

    def statuses_agree(self) -> None:
        """Compare the last status of every packet on both sides."""
        with self.office.database.read() as connection:
            office = {row.nik: row.status for row in connection.execute(select(tables.packet))}
        with self.kit_database.read() as connection:
            kit = {row.nik: row.status for row in records.statuses(connection)}
        assert kit == office

    def close(self) -> None:
        """Give everything back."""
        self.kit_database.close()
        self.office.database.close()


def run_world(seed: int, broken: Broken | None = None, steps: int = 45) -> tuple[int, int]:
    """Run one world to its end; returns power cuts and packets. AssertionError is a violation."""
    faults = broken or Broken()
    with tempfile.TemporaryDirectory(dir=_fast_folder()) as root:
        world = World(seed, faults, Path(root))
        try:
            with fsync_reaches(*world.disks), built_as(world), _no_excuse():
                for _step in range(steps):
                    _one_step(world)
                _settle(world)
            return world.cuts, len(world.saved)
        finally:
            world.close()


def _one_step(world: World) -> None:
    for disk in world.disks:
        if world.rnd.random() < 0.08:
            disk.cut_at = disk.operations + world.rnd.randrange(1, 40)
    world.clock.advance(timedelta(seconds=1))
    try:
        _something_happens(world)
    except (PowerCut, StorageFailure, DBAPIError, apsw_dbapi.Error):
        if not any(disk.dead for disk in world.disks):
            raise
    except Refused as error:
        if not world.broken.no_fsync_at_office:
            raise AssertionError(f"the office refused an honest kit: {error}") from error
    if world.restart() or world.rnd.random() < LOOKS:
        world.check()


def _something_happens(world: World) -> None:
    chance = world.rnd.random()
    if chance < 0.2 and len(world.saved) < 8:
        world.record()
    elif chance < 0.75:
        world.sync()
    else:
        world.worker.work_once()
    while world.pending and world.rnd.random() < 0.5:
        world.pending.pop()()


def _settle(world: World) -> None:
    for disk in world.disks:
        disk.cut_at = -1
    world.drop = 0.0
    world.check()
    for turn in range(100):
        world.clock.advance(timedelta(seconds=30 if turn < 40 else 900))
        world.sync_everything()
        while world.pending:
            world.pending.pop()()
        while world.worker.work_once():
            pass
        if world.settled():
            break
    world.check()
    assert world.settled(), "not everything drained"
    world.statuses_agree()


@contextmanager
def _no_excuse() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise AssertionError("a file that was promised is gone") from error
    except StationError as error:
        raise AssertionError(f"refused without a power cut: {error}") from error


def _disk(folder: Path, rnd: random.Random) -> Disk:
    (folder / "packets").mkdir(parents=True)
    return Disk(folder, rnd)


def _ordered() -> Any:
    return select(tables.ledger_entry).order_by(tables.ledger_entry.c.seq)


def _fast_folder() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a memory file system where there is one


__all__ = ["Broken", "StationError", "World", "run_world"]
