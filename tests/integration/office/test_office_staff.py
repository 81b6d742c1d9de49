"""The office's staff roster, from the dashboard or command to the sign-in on a kit, over real HTTP."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from station.domain.clock import ManualClock
from station.domain.errors import NotAllowed
from station.domain.sample import Finger
from station.domain.staff import Role
from station.keys.letters import Letter, seal_letter
from station.keys.signing import SoftwareSigner
from station.office import accounts, field_staff, letters
from station.office.context import Office
from station.office.field_staff import add_staff, change_staff, publish_staff
from station.office.intake import IntakeWorker
from station.office.kits import new_code, revoke
from station.office.serve import RunningOffice, ServeOptions, open_office
from station.office.tables import feed
from station.staff.audit import AuditLog
from station.staff.book import StaffBook
from station.staff.roster import RosterState, StaffRoster
from station.store.database import Database
from station.sync.wire import FeedItem, dumps
from tests.integration.office.conftest import TestKit, letter_box, make_kit
from tests.integration.office.test_office_intake import DecidingCentre, add_kit, feed_kinds

PASSWORD, OTHER_PASSWORD = "kata-sandi-contoh", "kata-sandi-baru"
CHEAP = PasswordHasher(1, 64, 1)


@dataclass
class Station:
    """A kit with its staff book, its roster and its clock."""

    kit: TestKit
    staff: StaffBook
    roster: StaffRoster
    clock: ManualClock

    async def sync(self) -> list[str]:
        """Sync once and return the problems met."""
        report = await self.kit.engine.run_once()
        return [problem.message_id for problem in report.problems]

    def refusal(self, login: str, password: str = PASSWORD) -> str:
        """Return why a sign-in is refused, or nothing."""
        try:
            self.staff.sign_in(login, password)
        except NotAllowed as error:
            return error.message_id
        return ""


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords cheaply; the function is the real one."""
    monkeypatch.setattr(field_staff, "_hasher", CHEAP)


MakeStation = Callable[[str], Any]


@pytest.fixture
def make_station(office: RunningOffice, tmp_path: Path) -> Iterator[MakeStation]:
    open_ones: list[Database] = []

    async def make(kit_id: str) -> Station:
        handlers: dict[str, Any] = {}
        kit = make_kit(tmp_path / kit_id, office.url, kit_id, handlers)
        clock = ManualClock(datetime.now(UTC))
        audit = AuditLog(kit.database, clock, kit.keys.signer)
        roster = StaffRoster(kit.database, clock, kit.ids, audit, letter_box(kit))
        kit.engine._inbox._handlers["staff_roster"] = roster.apply
        staff = StaffBook(kit.database, clock, kit.ids, audit, CHEAP, roster.tell_finger)
        await kit.engine.pair(new_code(office.office, kit_id))
        open_ones.append(kit.database)
        return Station(kit, staff, roster, clock)

    yield make
    for database in open_ones:
        database.close()


@pytest.fixture
async def station(make_station: MakeStation) -> Station:
    made: Station = await make_station("KIT-1")
    return made


def register(office: Office, login: str = "sari", role: Role = Role.FIELD_OPERATOR) -> None:
    add_staff(office, "admin", login, f"{login.title()} Contoh", PASSWORD, frozenset({role}))


async def test_who_the_office_registers_signs_in_on_the_kit(station: Station, office: RunningOffice) -> None:
    local = station.staff.create_administrator("Admin Lokal", "admin", PASSWORD)
    station.staff.add(local, "Operator Lokal", "lama", PASSWORD, frozenset({Role.FIELD_OPERATOR}))
    assert await station.sync() == []
    assert station.refusal("lama") == "", "until a roster came, accounts made here work"
    register(office.office)
    assert await station.sync() == []
    actor = station.staff.sign_in("sari", PASSWORD)
    assert (actor.name, actor.roles) == ("Sari Contoh", frozenset({Role.FIELD_OPERATOR}))
    assert station.refusal("lama") == "staff-account-local"
    assert station.refusal("admin") == "", "the way in when the office cannot be reached"
    assert station.roster.standing().state is RosterState.CURRENT
    with pytest.raises(NotAllowed, match="staff-office-account"):
        station.staff.change_password(local, actor.staff_id, OTHER_PASSWORD)
    with pytest.raises(NotAllowed, match="staff-office-account"):
        station.staff.change_access(local, actor.staff_id, actor.roles, active=False)
    with pytest.raises(NotAllowed, match="staff-office-keeps-list"):
        station.staff.add(local, "Baru", "baru", PASSWORD, frozenset({Role.VERIFIER}))


async def test_every_change_reaches_the_kit_and_nothing_unchanged_does(station: Station, office: RunningOffice) -> None:
    register(office.office)
    register(office.office, "budi")
    await station.sync()
    before = station.roster.standing().serial
    assert publish_staff(office.office) == 0
    change_staff(office.office, "admin", "sari", active=False)
    change_staff(office.office, "admin", "budi", password=OTHER_PASSWORD, roles=frozenset({Role.SUPERVISOR}))
    await station.sync()
    assert station.refusal("sari") == "staff-account-closed"
    assert station.refusal("budi") == "staff-sign-in-wrong"
    station.clock.advance(timedelta(minutes=1))
    assert station.staff.sign_in("budi", OTHER_PASSWORD).roles == frozenset({Role.SUPERVISOR})
    assert station.roster.standing().serial > before
    change_staff(office.office, "admin", "sari", active=True)
    await station.sync()
    assert station.refusal("sari") == ""


async def test_a_login_that_is_taken_on_the_kit_goes_to_the_office(station: Station, office: RunningOffice) -> None:
    station.staff.create_administrator("Admin Lokal", "sari", OTHER_PASSWORD)
    register(office.office)
    assert await station.sync() == []
    assert station.staff.sign_in("sari", PASSWORD).name == "Sari Contoh"
    assert station.staff.sign_in("sari@kit", OTHER_PASSWORD).name == "Admin Lokal"


async def test_a_login_that_moves_takes_nobody_elses_place(station: Station, office: RunningOffice) -> None:
    local = station.staff.create_administrator("Admin Lokal", "sari", OTHER_PASSWORD)
    station.staff.add(local, "Admin Kedua", "sari@kit", OTHER_PASSWORD, frozenset({Role.ADMINISTRATOR}))
    register(office.office)
    assert await station.sync() == []
    assert station.staff.sign_in("sari", PASSWORD).name == "Sari Contoh"
    assert station.staff.sign_in("sari@kit", OTHER_PASSWORD).name == "Admin Kedua"
    assert station.staff.sign_in("sari@kit2", OTHER_PASSWORD).name == "Admin Lokal"


async def test_a_letter_that_comes_again_or_from_elsewhere_changes_nothing(
    station: Station, office: RunningOffice, make_station: MakeStation
) -> None:
    other: Station = await make_station("KIT-2")
    register(office.office)
    await station.sync()
    change_staff(office.office, "admin", "sari", active=False)
    await station.sync()
    secrets, keys = office.office.secrets, station.kit.keys
    with office.office.database.read() as connection:
        sent = {
            kit_id: [
                bytes(row.body)
                for row in connection.execute(select(feed).where(feed.c.kit_id == kit_id).order_by(feed.c.n))
            ]
            for kit_id in ("KIT-1", "KIT-2")
        }
    now = datetime.now(UTC)
    content: dict[str, Any] = {"staff": []}
    forged = Letter("KIT-1", 2**40, now, now + timedelta(days=99), content)
    foreign = Letter("KIT-2", 2**40, now, now + timedelta(days=99), content)
    attacks = {
        sent["KIT-1"][0]: "staff-roster-older",
        sent["KIT-1"][-1]: "staff-roster-older",
        sent["KIT-2"][-1]: "sealed-cannot-open",
        letter_body("staff_roster", forged, SoftwareSigner.generate(), keys.sealing_recipient): "signature-other-key",
        letter_body("staff_roster", foreign, secrets.signer, keys.sealing_recipient): "letter-for-another-kit",
        letter_body("school_roster", forged, secrets.signer, keys.sealing_recipient): "signature-wrong",
        dumps({"sealed": b"x"}): "sealed-cannot-open",
        dumps({}): "sync-item-malformed",
    }
    number = station.kit.engine._inbox.cursor()
    before = station.roster.standing()
    for body, expected in attacks.items():
        number += 1
        error = station.kit.engine._inbox.apply(FeedItem(number, "staff_roster", now, body))
        assert error is not None
        assert error.message_id == expected
    assert station.kit.engine.retry_inbox() == 0
    assert station.roster.standing() == before
    assert station.refusal("sari") == "staff-account-closed"
    assert other.refusal("sari") == "staff-sign-in-wrong"


def letter_body(kind: str, letter: Letter, signer: SoftwareSigner, recipient: str) -> bytes:
    return dumps({"sealed": seal_letter(kind, letter, signer, recipient)})


async def test_a_roster_with_one_senseless_account_is_not_applied_at_all(
    station: Station, office: RunningOffice
) -> None:
    register(office.office)
    await station.sync()
    now, keys = datetime.now(UTC), station.kit.keys
    good = {"id": "a" * 32, "login": "baru", "name": "Baru", "roles": [], "active": True, "fingers": []}
    good["password_hash"] = CHEAP.hash(PASSWORD)
    senseless: tuple[dict[str, Any], ...] = (
        {"login": "X Y"},
        {"id": "../x"},
        {"password_hash": "plain"},
        {"active": 1},
        {"fingers": [{}]},
    )
    for wrong in senseless:
        content = {"staff": [good, {**good, "id": "b" * 32, "login": "dua", **wrong}]}
        letter = Letter("KIT-1", 2**40, now, now + timedelta(days=14), content)
        body = letter_body("staff_roster", letter, office.office.secrets.signer, keys.sealing_recipient)
        number = station.kit.engine._inbox.cursor() + 1
        error = station.kit.engine._inbox.apply(FeedItem(number, "staff_roster", now, body))
        assert error is not None
        assert error.message_id == "letter-malformed"
    assert [entry.login for entry in station.staff.list()] == ["sari"]


async def test_a_roster_runs_out_and_a_clock_set_back_wins_nothing(station: Station, office: RunningOffice) -> None:
    register(office.office)
    await station.sync()
    station.roster.require_current()
    station.clock.advance(letters.LIFE - timedelta(days=3))
    assert station.roster.standing().state is RosterState.ENDING
    station.clock.advance(timedelta(days=3, minutes=1))
    actor = station.staff.sign_in("sari", PASSWORD)
    with pytest.raises(NotAllowed, match="staff-roster-expired"):
        station.roster.require_current()
    station.clock.advance(-timedelta(days=10))
    with pytest.raises(NotAllowed, match="staff-roster-expired"):
        station.roster.require_current()
    station.roster.ask_again(actor)
    assert await station.sync() == [], "sync goes on"
    IntakeWorker(office.office).work_once()
    publish_staff(office.office)
    await station.sync()
    station.roster.require_current()


async def test_a_finger_enrolled_on_one_kit_opens_on_the_next(
    station: Station, office: RunningOffice, make_station: MakeStation
) -> None:
    other: Station = await make_station("KIT-2")
    boss = station.staff.create_administrator("Admin Lokal", "admin", PASSWORD)
    register(office.office)
    await station.sync()
    sari = station.staff.sign_in("sari", PASSWORD)
    station.staff.set_finger(boss, sari.staff_id, Finger.LEFT_THUMB, b"template of the thumb", 71)
    station.staff.set_finger(boss, boss.staff_id, Finger.LEFT_THUMB, b"stays here", 70)
    await station.sync()
    IntakeWorker(office.office).work_once()
    publish_staff(office.office)
    await other.sync()
    assert other.staff.fingers_of(sari.staff_id) == {Finger.LEFT_THUMB: b"template of the thumb"}
    assert [one.fingers for one in field_staff.list_staff(office.office)] == [1]
    for database_file in (office.office.data_dir).glob("office.db*"):
        assert b"template of the thumb" not in database_file.read_bytes()


def test_a_roster_is_renewed_before_it_ends_and_a_restored_office_goes_on_counting(tmp_path: Path) -> None:
    clock = ManualClock(datetime(2026, 1, 5, tzinfo=UTC))
    centre: Any = DecidingCentre()
    office = open_office(ServeOptions(tmp_path / "office"), clock=clock, centre=centre)
    for kit_id in ("A", "B"):
        add_kit(office, kit_id)
    register(office)
    assert [feed_kinds(office, kit_id) for kit_id in ("A", "B")] == [["staff_roster"], ["staff_roster"]]
    worker = IntakeWorker(office)
    for _day in range(6):
        clock.advance(timedelta(days=1))
        worker.work_once()
    assert feed_kinds(office, "A") == ["staff_roster"]
    revoke(office, "B", "hilang")
    clock.advance(timedelta(days=1))
    worker.work_once()
    assert feed_kinds(office, "A") == ["staff_roster", "staff_roster"]
    assert feed_kinds(office, "B") == ["staff_roster"], "a kit that is lost is told nothing"
    (sent, _lost) = field_staff.rosters_sent(office)
    assert sent.serial >= int(clock.now().timestamp()), "higher than any number given before a backup was restored"
    office.close()


def test_the_dashboard_registers_and_closes_staff_for_administrators_only(office: RunningOffice) -> None:
    accounts.create_account(office.office, "kepala", "Kepala Contoh", PASSWORD, administrator=True)
    accounts.create_account(office.office, "lihat", "Pembaca Contoh", PASSWORD, administrator=False)
    trusted = ssl.create_default_context(cafile=str(office.office.secrets.authority_file))
    with httpx.Client(base_url=office.url, verify=trusted, trust_env=False) as browser:
        browser.post("/sign-in", data={"login": "lihat", "password": PASSWORD})
        assert "Daftarkan petugas" not in browser.get("/dashboard/staff").text
        assert browser.post("/dashboard/staff", data={"action": "add"}).status_code == 400
        browser.cookies.clear()
        browser.post("/sign-in", data={"login": "kepala", "password": PASSWORD})
        page = browser.get("/dashboard/staff").text
        token = page.split('name="token" value="')[1].split('"')[0]
        new = {"token": token, "action": "add", "name": "Sari Contoh", "login": "sari", "password": PASSWORD}
        assert browser.post("/dashboard/staff", data={**new, "operator_perekaman": "1"}).status_code == 303
        assert browser.post("/dashboard/staff", data=new).status_code == 400, "no role"
        page = browser.get("/dashboard/staff").text
        assert "Sari Contoh" in page
        assert "argon2" not in page
        browser.post("/dashboard/staff", data={"token": token, "action": "close", "login": "sari"})
        assert "ditutup" in browser.get("/dashboard/staff").text
    (sari,) = field_staff.list_staff(office.office)
    assert (sari.login, sari.active, sari.roles) == ("sari", False, ("operator_perekaman",))
