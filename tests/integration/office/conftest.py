"""A real office server on loopback, kits with real databases and keys, packets sealed by the product."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import station.ledger.tables
import station.store.outbox
import station.store.records
from station.capture.packet import Member, OuterManifest, SealedPacket, seal_packet
from station.config import CaptureConfig, KitConfig, LetterheadConfig, OfficeConfig, PrintConfig
from station.devices.kit import Kit
from station.domain.clock import Clock, SystemClock
from station.domain.identifiers import RandomIds
from station.keys.keystore import KitKeys
from station.keys.letters import LetterBox, OfficeTrust
from station.keys.sealing import new_identity
from station.keys.signing import SoftwareSigner
from station.ledger.book import BlankBook
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions
from station.store import outbox
from station.store.database import Database, open_database
from station.store.schema import create_schema
from station.sync.engine import SyncEngine
from station.sync.inbox import Handler
from station.sync.outgoing import Book
from station.sync.trust import load_trust

ROOMS = (station.ledger.tables, station.store.outbox, station.store.records)


@dataclass
class TestKit:
    """One kit: database, keys, configuration and engine."""

    __test__ = False

    folder: Path
    database: Database
    keys: KitKeys
    config: KitConfig
    engine: SyncEngine
    ids: RandomIds
    sequence: int = 0
    _book: BlankBook | None = None

    @property
    def book(self) -> BlankBook:
        """Return the kit's blank book."""
        assert self._book is not None
        return self._book

    def use_book(self, book: BlankBook) -> None:
        """Let sync carry this blank book."""
        self._book = book
        self.engine = SyncEngine(
            self.database, Kit(self.config), self.config, self.keys, {}, SystemClock(), self.ids, book, random.Random(1)
        )

    def seal(
        self,
        biometric_bytes: int = 50_000,
        packet_id: str = "",
        kit_id: str = "",
        seed: int = 1,
        members: Iterable[Member] | None = None,
    ) -> SealedPacket:
        """Seal a packet, with random content unless members are given, as the capture room does."""
        trust = load_trust(self.folder / "trust")
        self.sequence += 1
        identifier = packet_id or self.ids.new()
        owner = kit_id or trust.kit_id
        recipients = tuple(_recipients(self.folder / "trust").values())

        def describe(sealed_sha256: bytes, sealed_size: int) -> OuterManifest:
            return OuterManifest(
                packet_id=identifier, kit_id=owner, kit_sequence=self.sequence, previous_sha256=bytes(32),
                sealed_sha256=sealed_sha256, sealed_size=sealed_size, recipients=recipients, application="station",
                version="0", session_id="s1", operator_id="o1", sealed_at=datetime.now(UTC), clock_source="system",
                gnss=None, audit_head=bytes(32),
            )  # fmt: skip

        content = random.Random(seed).randbytes(biometric_bytes)
        inner: dict[str, object] = {"packet_id": identifier, "kit_id": owner, "sitting_id": "x"}
        path = self.folder / "packets" / f"{identifier}.packet"
        inside = members or [Member("noise.bin", lambda: content)]
        return seal_packet(path, describe, inner, inside, recipients, self.keys.signer)

    def queue(self, packet: SealedPacket) -> str:
        """Put a sealed packet in the outbox."""
        with self.database.write() as connection:
            outbox.enqueue(
                connection, packet.manifest.packet_id, "packet", "packet", str(packet.path).encode(), packet.size,
                datetime.now(UTC),
            )  # fmt: skip
        return packet.manifest.packet_id

    def at(self, url: str, randomness: random.Random | None = None) -> TestKit:
        """Return the same kit, its office reached by another address."""
        office = replace(self.config.office, lan_url=url, m2m_url=url)
        self.config = replace(self.config, office=office)
        jitter = randomness or random.Random(1)
        self.engine = SyncEngine(
            self.database, Kit(self.config), self.config, self.keys, {}, SystemClock(), self.ids, None, jitter
        )
        return self

    def say(self, topic: str, body: bytes) -> str:
        """Put an event in the outbox."""
        identifier = self.ids.new()
        with self.database.write() as connection:
            outbox.enqueue(connection, identifier, "event", topic, body, len(body), datetime.now(UTC))
        return identifier

    def outbox_states(self) -> dict[str, str]:
        """Return the state of every item."""
        with self.database.read() as connection:
            states = [(state.value, outbox.items(connection, state)) for state in outbox.OutboxState]
        return {item.item_id: state for state, found in states for item in found}


def fresh_keys() -> KitKeys:
    """Make keys without the slow passphrase function."""
    return KitKeys(random.randbytes(32), random.randbytes(32), SoftwareSigner.generate(), new_identity())


def make_kit(
    folder: Path,
    url: str,
    kit_id: str = "KIT-1",
    handlers: dict[str, Handler] | None = None,
    clock: Clock | None = None,
    book: Book | None = None,
    randomness: random.Random | None = None,
    database_name: str = "station.db",
    keys: KitKeys | None = None,
) -> TestKit:
    """Make a kit that knows where the office is but is not paired."""
    keys = keys or fresh_keys()
    database = open_database(folder / database_name, keys.database_key)
    create_schema(database)
    config = KitConfig(
        kit_id=kit_id, data_dir=folder, passphrase_file=None, time_zone=ZoneInfo("Asia/Makassar"), language="id",
        devices=(), office=OfficeConfig(lan_url=url, m2m_url=url), letterhead=LetterheadConfig(),
        capture=CaptureConfig(), printing=PrintConfig(),
    )  # fmt: skip
    ids = RandomIds()
    engine = SyncEngine(
        database,
        Kit(config),
        config,
        keys,
        handlers or {},
        clock or SystemClock(),
        ids,
        book,
        randomness or random.Random(1),
    )
    return TestKit(folder, database, keys, config, engine, ids)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RunningOffice]:
    options = ServeOptions(tmp_path / "office", port=0, intake=False)
    with RunningOffice(options) as running:
        yield running


@pytest.fixture
async def paired(office: RunningOffice, tmp_path: Path) -> TestKit:
    kit = make_kit(tmp_path / "kit", office.url)
    await kit.engine.pair(new_code(office.office, "KIT-1"))
    return kit


def letter_box(kit: TestKit) -> LetterBox:
    """Return where a kit opens the office's letters, with what its pairing brought."""

    def trust() -> OfficeTrust:
        known = load_trust(kit.folder / "trust")
        return OfficeTrust(known.kit_id, known.office_public, _recipients(kit.folder / "trust")["office"])

    return LetterBox(kit.keys.sealing_identity, trust)


KitMaker = Callable[..., TestKit]


def _recipients(folder: Path) -> dict[str, str]:
    import json

    values: dict[str, str] = json.loads((folder / "recipients.json").read_text())
    return values
