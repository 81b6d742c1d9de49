"""A print room for tests: real database, real ledger, real chip and module, printer without the network."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from simulators.cards.chip import make_blanks
from simulators.cards.reader import SlotReader
from simulators.cards.sam import Sam
from simulators.cards.slot import CardSlot
from simulators.cards.test_authority import trust_list
from simulators.cards.test_keys import TEST_PIN
from simulators.faults import FaultScript
from simulators.printer.hands import PrinterHands
from simulators.printer.mechanism import EJECT, FEED, PRINT, PrinterMechanism
from station.config import PrintConfig
from station.devices.errors import DeviceRefused, DeviceUnavailable, OutcomeUnknown
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.printer.interface import (
    ALL_ABILITIES,
    PrinterAbility,
    PrinterActivity,
    PrinterCounters,
    PrinterStatus,
    PrinterSupplies,
)
from station.devices.smartcard.interface import SmartCardReader
from station.domain.clock import ManualClock
from station.domain.identifiers import CountedIds
from station.domain.person import Biodata
from station.domain.staff import Actor, Role
from station.keys.sealing import new_identity, recipient_of, seal
from station.keys.signing import SoftwareSigner
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.posting import Document
from station.print.authorisation import biodata_digest
from station.print.chip.ocp1 import OpenChipProfile
from station.print.preparation import PreparedCard
from station.print.production import CardProduction, Production
from station.print.queue import PrintQueue
from station.print.states import IntentState
from station.staff.audit import AuditLog
from station.store.database import Database, open_database
from station.store.schema import create_schema
from tests.unit.print.chip_bench import STATION, biodata, chip_record

ZONE = ZoneInfo("Asia/Makassar")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
ROOM = "R-CETAK"
OPERATOR = Actor("op", "OPERATOR CONTOH", frozenset({Role.PRINT_OPERATOR}))
HEAD = Actor("kd", "KABID CONTOH", frozenset({Role.DIVISION_HEAD}))
CUSTODIAN = Actor("pb", "PENGELOLA CONTOH", frozenset({Role.CUSTODIAN}))
DATABASE_KEY = bytes(range(32))
CENTRE = SoftwareSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
KIT_SIGNER = SoftwareSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34))))
SEALING = new_identity()
_CONFIG = PrintConfig(poll_s=0.0)
_prepared: dict[bytes, PreparedCard] = {}


class DirectPrinter:
    """The printer's physical truth behind the driver interface, without network or waiting."""

    def __init__(self, mechanism: PrinterMechanism) -> None:
        self._mechanism = mechanism

    @property
    def abilities(self) -> frozenset[PrinterAbility]:
        return ALL_ABILITIES

    async def identity(self) -> DeviceIdentity:
        return DeviceIdentity("Fargo", "HDP5000", self._mechanism.serial, "1")

    async def readiness(self) -> Readiness:
        return Readiness()

    async def status(self) -> PrinterStatus:
        self._reach()
        return self._mechanism.status()

    async def counters(self) -> PrinterCounters:
        self._reach()
        return self._mechanism.counters()

    async def supplies(self) -> PrinterSupplies:
        self._reach()
        return self._mechanism.supplies()

    async def feed_to_encoder(self, operation_id: str, timeout_s: float = 100.0) -> None:
        self._move(FEED, operation_id)

    async def print_card(
        self,
        operation_id: str,
        front_png: bytes,
        back_png: bytes | None,
        timeout_s: float = 100.0,
    ) -> None:
        self._move(PRINT, operation_id, front_png, back_png)

    async def eject(self, operation_id: str, timeout_s: float = 30.0) -> None:
        self._move(EJECT, operation_id)

    async def close(self) -> None:
        pass

    def _reach(self) -> None:
        if not self._mechanism.powered:
            raise DeviceUnavailable("printer", "connect")

    def _move(self, name: str, operation_id: str, *faces: bytes | None) -> None:
        self._reach()
        fault = self._mechanism.faults.take("printer", name)
        action = fault.action if fault else ""
        if action == "lost-command":
            raise OutcomeUnknown("printer", name)
        before = self._mechanism.status()
        refusal = self._mechanism.begin(operation_id, name, *faces)
        if refusal:
            raise DeviceRefused("printer", name, refusal, f"printer-{refusal}")
        if action == "stale-ready":
            self._mechanism.remember_stale(before, 5)
        if action == "power-cut" and fault is not None:
            if fault.settings.get("when") == "after":
                self._mechanism.finish(operation_id)
            self._mechanism.power_off()
            raise OutcomeUnknown("printer", name)
        self._mechanism.finish(operation_id, fault)
        if action == "lost-reply":
            raise OutcomeUnknown("printer", name)
        status = self._mechanism.status()
        if status.activity is PrinterActivity.EXCEPTION and status.last_operation == operation_id:
            code = status.conditions[0].value
            raise DeviceRefused("printer", name, code, f"printer-{code}")


class BenchKit:
    """Gives the devices of one bench."""

    def __init__(self, world: PrintWorld) -> None:
        self._world = world

    def has(self, kind: str) -> bool:
        kinds = {"printer", "smartcard-sam", "smartcard-encoder", "smartcard-desk"}
        return kind in kinds or (kind == self._world.staff_scanner)

    def printer(self) -> Any:
        return self._world.printer

    def reader(self, purpose: str) -> SmartCardReader:
        return self._world.readers[purpose]


class PrintWorld:
    """What stays when the program crashes: the printer with its cards, the module, the operator's hands."""

    def __init__(self, blanks: int = 5, counts_at: str = "feed", seed: int = 1) -> None:
        self.faults = FaultScript()
        self.slots = {name: CardSlot() for name in ("sam", "encoder", "desk")}
        self.module = Sam()
        self.slots["sam"].insert(self.module)
        self.mechanism = PrinterMechanism(self.faults, self.slots["encoder"], counts_at=counts_at)
        self.hands = PrinterHands(self.mechanism, self.slots["desk"])
        self.blanks = make_blanks(blanks, seed)
        self.hands.load(self.blanks)
        self.readers: dict[str, SmartCardReader] = {name: SlotReader(name, slot) for name, slot in self.slots.items()}
        self.printer: Any = DirectPrinter(self.mechanism)
        self.staff_scanner = ""
        """The kind of scanner on the print PC, where there is one."""


class PrintBench:
    """The program's side: services over one database file; `restart` makes them anew as after a crash."""

    def __init__(
        self,
        world: PrintWorld,
        path: Path,
        fresh: bool = True,
        known_serials: bool = True,
        engine: Engine | None = None,
        settle_s: float = 0.02,
        config: PrintConfig = _CONFIG,
    ) -> None:
        self.world = world
        self._config = config
        self._engine = engine
        self._settle_s = settle_s
        self.path = path
        self.clock = ManualClock(NOW)
        self.ids = CountedIds()
        self._open()
        if fresh:
            create_schema(self.database)
            self._stock(known_serials)

    def _open(self) -> None:
        if self._engine is None:
            self.database = open_database(self.path, DATABASE_KEY)
        else:
            self.database = Database(self._engine, self.path)
        self.audit = AuditLog(self.database, self.clock, KIT_SIGNER)
        self.book = BlankBook(self.database, KIT_SIGNER, self.clock, self.ids, STATION, ZONE)
        self.queue = PrintQueue(
            self.database, self.clock, self.ids, self.audit, ZONE, SEALING, lambda: CENTRE.public_der
        )
        self.production = CardProduction(
            self.database,
            kit=BenchKit(self.world),
            book=self.book,
            queue=self.queue,
            audit=self.audit,
            clock=self.clock,
            ids=self.ids,
            config=self._config,
            zone=ZONE,
            station_id=STATION,
            city="Paringin",
            profile=OpenChipProfile(),
            settle_s=self._settle_s,
        )

    def restart(self) -> None:
        self.database.close()
        self.clock.advance(timedelta(minutes=1))
        self._open()

    def close(self) -> None:
        self.database.close()

    def _stock(self, known_serials: bool) -> None:
        count = len(self.world.blanks)
        document = Document("BAST/1", date(2026, 11, 20))
        serials = tuple(card.serial_text for card in self.world.blanks) if known_serials else ()
        self.book.receive(CUSTODIAN, document, Party(PartyKind.CENTRE, "PUSAT CONTOH"), count, count, None, serials)
        self.book.issue_to_division(CUSTODIAN, HEAD, count)
        self.book.issue_to_room(HEAD, OPERATOR, ROOM, count)

    def deliver(self, person: Biodata | None = None, number: int = 1, **changes: Any) -> str:
        """Let a print-ready record arrive; returns the job."""
        body = sealed_record(person or biodata(), number, **changes)
        before = {job.job_id for job in self.queue.jobs()}
        with self.database.write() as connection:
            self.queue.apply_print_record(connection, body, self.clock.now())
        new = [job.job_id for job in self.queue.jobs() if job.job_id not in before]
        return new[0] if new else ""

    async def activate(self) -> None:
        await self.production.activate_sam(OPERATOR, TEST_PIN)


def sealed_record(person: Biodata, number: int = 1, signer: SoftwareSigner = CENTRE, **changes: Any) -> dict[str, Any]:
    """Return the body of a `print_record` feed item as the office sends it."""
    record = chip_record(small=True)
    permission = {
        "id": f"izin-{number}",
        "nik": person.nik,
        "biodata_sha256": biodata_digest(person),
        "issued_at": NOW.isoformat(),
        "expires_at": (NOW + timedelta(days=365)).isoformat(),
    } | changes
    plain = {
        "authorisation": signer.sign(cbor2.dumps(permission, canonical=True)),
        "biodata": person.as_dict(),
        "photo_jpeg": record.photo_jpeg,
        "signature_png": record.signature_png,
        "templates": [{"finger": int(item.finger), "data": item.data} for item in record.templates],
        "packet_id": f"paket-{number}",
        "card_trust": trust_list(CENTRE),
    }
    return {"sealed": seal(cbor2.dumps(plain), (recipient_of(SEALING),))}


def people(count: int) -> list[Biodata]:
    """Return people who differ in NIK and name."""
    names = itertools.cycle(("SATU", "DUA", "TIGA", "EMPAT", "LIMA"))
    return [
        replace(biodata(), nik=f"63110605010800{index:02d}", name=f"CONTOH {next(names)} {index}")
        for index in range(1, count + 1)
    ]


async def printed(bench: PrintBench, job_id: str) -> Production:
    """Make a card and let the operator take and confirm it."""
    production = await bench.production.produce(OPERATOR, job_id)
    assert production.state is IntentState.EJECTED, production.problem
    bench.world.hands.take_output()
    return await bench.production.confirm(OPERATOR, production.intent_id)
