"""Makes the pictures of docs/dashboard.md: a real office with real kits, looked at in Debian's Chromium.

Kits pair, send packets, school sessions and blank books over HTTPS; only the age of statuses, which takes days, is
written into the office's rows. Needs the programs of the slow lane. Run by `make dashboard-pictures`.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import update

from station.domain.clock import SystemClock
from station.domain.staff import Actor, Role
from station.ledger.accounts import Party, PartyKind
from station.ledger.book import BlankBook
from station.ledger.posting import Document
from station.office import accounts, tables
from station.office.kits import QUARANTINED, new_code, revoke
from station.office.ledger_intake import note_conflict
from station.office.packet_rows import set_packet
from station.office.serve import RunningOffice, ServeOptions
from station.sync.wire import dumps
from tests.integration.office.chromium import Chromium, sign_in
from tests.integration.office.conftest import TestKit, make_kit

FOLDER = Path(__file__).parent / "screens"
LOGIN, PASSWORD = "kepala", "kata-sandi-contoh"
PARTS = ("today", "conflicts", "kits", "statuses", "blanks")
SCHOOLS = (("KIT-01", "SMAN 1 CONTOH", 5), ("KIT-01", "SMKN 2 CONTOH", 2), ("KIT-02", "MAN 1 CONTOH", 4))
AGED = (("SENT_FOR_ENROLLMENT", 3), ("SENT_FOR_ENROLLMENT", 2), ("PRINT_READY_RECORD", 9), ("DUPLICATE_RECORD", 6),
        ("CARD_ISSUED", 1), ("KODE_BARU_PUSAT", 12))  # fmt: skip
CUSTODIAN = Actor("c" * 32, "Pengelola Contoh", frozenset({Role.CUSTODIAN}))
PRINTER = Actor("e" * 32, "Operator Contoh", frozenset({Role.PRINT_OPERATOR}))
HEAD = Actor("d" * 32, "Kabid Contoh", frozenset({Role.DIVISION_HEAD}))
STAFF = """
const form = [...document.forms].find(one => one.elements.action && one.elements.action.value === 'add');
form.elements.name.value = 'Sari Contoh'; form.elements.login.value = 'sari';
form.elements.password.value = 'kata-sandi-petugas'; form.elements.operator_perekaman.checked = true;
form.requestSubmit();
"""


@dataclass
class Scene:
    """The office and its kits."""

    office: RunningOffice
    kits: dict[str, TestKit]


async def main() -> None:
    """Play a day, then take the pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with RunningOffice(ServeOptions(folder / "office", port=0, intake=False)) as office:
            scene = Scene(office, {name: await _kit(office, folder, name) for name in ("KIT-01", "KIT-02", "KIT-03")})
            scene.kits["KIT-04"] = await _kit(office, folder, "KIT-04")
            await _work(scene)
            _let_time_pass(scene)
            accounts.create_account(office.office, LOGIN, "Kepala Seksi Contoh", PASSWORD, administrator=True)
            await asyncio.to_thread(_look, office, folder)


async def _kit(office: RunningOffice, folder: Path, name: str) -> TestKit:
    kit = make_kit(folder / name, office.url, name)
    await kit.engine.pair(new_code(office.office, name))
    kit.use_book(BlankBook(kit.database, kit.keys.signer, SystemClock(), kit.ids, name, ZoneInfo("Asia/Makassar")))
    return kit


async def _work(scene: Scene) -> None:
    for name, school, packets in SCHOOLS:
        kit = scene.kits[name]
        kit.say("session", dumps({"school": school}))
        for number in range(packets):
            kit.queue(kit.seal(20_000, seed=number))
        await kit.engine.run_once("lan")
        _name_session(scene, name, school)
    _book_blanks(scene)
    for kit in scene.kits.values():
        await kit.engine.run_once("lan")


def _name_session(scene: Scene, kit_id: str, school: str) -> None:
    """Do what the intake worker does when it has opened a packet and read an event: it needs a centre to run."""
    session = f"sesi-{school.lower().replace(' ', '-')}"
    today = datetime.now(ZoneInfo("Asia/Makassar")).date().isoformat()
    body = dumps({"session_id": session, "school": school, "day": today})
    with scene.office.office.database.write() as connection:
        unnamed = (tables.packet.c.kit_id == kit_id, tables.packet.c.session_id.in_(["", "s1"]))
        connection.execute(update(tables.packet).where(*unnamed).values(session_id=session))
        waiting = (tables.event.c.kit_id == kit_id, tables.event.c.work != "noted")
        connection.execute(update(tables.event).where(*waiting).values(work="noted", body=body))


def _book_blanks(scene: Scene) -> None:
    first, second = scene.kits["KIT-01"].book, scene.kits["KIT-02"].book
    papers = [Document(f"BAST-{number}", date(2026, 1, 5)) for number in range(3)]
    first.receive(CUSTODIAN, papers[1], Party(PartyKind.CENTRE, "Pusat"), 500, 500, None)
    first.issue_to_division(CUSTODIAN, HEAD, 100)
    first.issue_to_room(HEAD, PRINTER, "Cetak 1", 40)
    first.issue_to_point(CUSTODIAN, PRINTER, "Kecamatan Contoh", 30)
    first.send_to_station(CUSTODIAN, papers[2], "KIT-02", 60)
    second.receive_from_station(CUSTODIAN, papers[2], "KIT-01", 50)
    second.issue_to_division(CUSTODIAN, HEAD, 20)


def _let_time_pass(scene: Scene) -> None:
    office, now = scene.office.office, datetime.now(UTC)
    with office.database.write() as connection:
        rows = connection.execute(tables.packet.select().order_by(tables.packet.c.packet_id)).all()
        for row, (status, days) in zip(rows, AGED, strict=False):
            at = (now - timedelta(days=days)).isoformat()
            set_packet(connection, row.kit_id, row.packet_id, status=status, status_at=at, work="forwarded")
        note_conflict(office, connection, "KIT-02", "negative-stock", {"account": "room:Cetak 1", "balance": -2})
        lost = tables.kit.c.kit_id == "KIT-03"
        values = {"state": QUARANTINED, "reason": "office-ledger-forked", "clock_skew_s": 900}
        connection.execute(update(tables.kit).where(lost).values(**values))
    revoke(office, "KIT-04", "hilang di jalan")


def _look(office: RunningOffice, folder: Path) -> None:
    with Chromium(folder / "profile") as browser:
        browser.go(f"{office.url}/sign-in", "document.querySelector('input[name=password]')")
        browser.picture(FOLDER / "dashboard-sign-in.png")
        sign_in(browser, office.url, LOGIN, PASSWORD)
        browser.wait_for("document.querySelector('#kits')")
        for part in PARTS:
            browser.evaluate(f"document.getElementById('{part}').scrollIntoView()")
            browser.picture(FOLDER / f"dashboard-{part}.png")
        browser.go(f"{office.url}/dashboard/staff", "document.querySelector('#staff')")
        browser.evaluate(STAFF)
        browser.wait_for("document.querySelector('#staff td.ok')")
        browser.picture(FOLDER / "dashboard-staff.png")


if __name__ == "__main__":
    asyncio.run(main())
