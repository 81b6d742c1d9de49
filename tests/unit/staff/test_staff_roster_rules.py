"""Rosters in any order, again and again, with a clock that jumps: the newest number rules, and an end is an end."""

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simulators.people import make_person
from station.domain.clock import ManualClock
from station.domain.errors import NotAllowed, Refused
from station.domain.identifiers import CountedIds
from station.domain.sample import Finger
from station.domain.staff import Actor, Role
from station.keys.letters import Letter, LetterBox, OfficeTrust, seal_letter
from station.keys.sealing import new_identity, recipient_of
from station.keys.signing import SoftwareSigner
from station.staff.audit import AuditLog
from station.staff.book import StaffBook
from station.staff.roster import KIND, RosterState, StaffRoster
from station.store import outbox
from station.store.database import open_database
from station.store.schema import create_schema
from tests.capture_desk import OPERATOR, make_desk
from tests.capture_sittings import QuickExaminer, capture_quickly

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OFFICE, IDENTITY = SoftwareSigner.generate(), new_identity()
HASHER = PasswordHasher(1, 64, 1)
PASSWORD = "rahasia-contoh"
HASHED = HASHER.hash(PASSWORD)
PEOPLE = ("sari", "budi", "wati")


def letter_box() -> LetterBox:
    return LetterBox(IDENTITY, lambda: OfficeTrust("KIT-1", OFFICE.public_der, recipient_of(IDENTITY)))


def letter(serial: int, issued_at: datetime, life: timedelta, active: frozenset[str]) -> Letter:
    staff = [
        {
            "id": f"{number:032x}", "login": login, "name": login.title(), "roles": [Role.FIELD_OPERATOR.value],
            "password_hash": HASHED, "active": login in active, "fingers": [],
        }
        for number, login in enumerate(PEOPLE)
    ]  # fmt: skip
    return Letter("KIT-1", serial, issued_at, issued_at + life, {"staff": staff})


@dataclass
class Kit:
    """A kit's staff on a database of its own."""

    folder: tempfile.TemporaryDirectory[str] = field(default_factory=tempfile.TemporaryDirectory)

    def __post_init__(self) -> None:
        self.clock = ManualClock(MORNING)
        self.database = open_database(Path(self.folder.name) / "station.db", bytes(32))
        create_schema(self.database)
        self.audit = AuditLog(self.database, self.clock, SoftwareSigner.generate())
        self.roster = StaffRoster(self.database, self.clock, CountedIds(), self.audit, letter_box())
        self.staff = StaffBook(self.database, self.clock, CountedIds(), self.audit, HASHER)

    def receive(self, sent: Letter) -> None:
        """Apply a letter as the inbox does: in one transaction that stands or falls."""
        sealed = seal_letter(KIND, sent, OFFICE, recipient_of(IDENTITY))
        with self.database.write() as connection:
            self.roster.apply(connection, {"sealed": sealed}, self.clock.now())

    def close(self) -> None:
        """Throw everything away."""
        self.database.close()
        self.folder.cleanup()


class RosterMachine(RuleBasedStateMachine):
    """The office sends, the post delivers in any order and twice, the clock is turned both ways."""

    @initialize()
    def begin(self) -> None:
        self.kit = Kit()
        self.now = MORNING
        self.sent: list[Letter] = []
        self.in_force: Letter | None = None
        self.seen = MORNING
        self.over = False

    @rule(days=st.integers(1, 20), active=st.frozensets(st.sampled_from(PEOPLE)), late=st.integers(0, 3))
    def office_sends(self, days: int, active: frozenset[str], late: int) -> None:
        issued_at = self.now - timedelta(days=late)
        self.sent.append(letter(len(self.sent) + 1, issued_at, timedelta(days=days), active))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def post_delivers(self, data: st.DataObject) -> None:
        sent = data.draw(st.sampled_from(self.sent))
        newer = self.in_force is None or sent.serial > self.in_force.serial
        if newer:
            self.kit.receive(sent)
            self.in_force, self.over, self.seen = sent, False, sent.issued_at
            return
        with pytest.raises(Refused, match="staff-roster-older"):
            self.kit.receive(sent)

    @rule(hours=st.integers(0, 24 * 15))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.kit.clock.jump_to(self.now)

    @rule(hours=st.integers(1, 24 * 40))
    def somebody_turns_the_clock_back(self, hours: int) -> None:
        self.now -= timedelta(hours=hours)
        self.kit.clock.jump_to(self.now)

    @rule()
    def somebody_works(self) -> None:
        self.kit.audit.write("x", "worked", "y")
        self.seen = max(self.seen, self.now)

    @invariant()
    def the_newest_number_rules_and_an_end_is_an_end(self) -> None:
        standing = self.kit.roster.standing()
        if self.in_force is None:
            assert standing.state is RosterState.NONE
            return
        assert standing.serial == self.in_force.serial
        over = max(self.seen, self.now) >= self.in_force.expires_at
        assert (standing.state is RosterState.EXPIRED) == over
        active = {entry.login for entry in self.kit.staff.list() if entry.active}
        assert active == {one["login"] for one in self.in_force.content["staff"] if one["active"]}

    def teardown(self) -> None:
        if hasattr(self, "kit"):
            self.kit.close()


TestRosters = RosterMachine.TestCase
TestRosters.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


async def test_with_a_roster_that_ran_out_a_sitting_is_finished_and_none_begun(tmp_path: Path) -> None:
    people = [make_person(1, number, MORNING.date(), age=17) for number in (1, 2)]
    desk = make_desk(tmp_path, people, examiner=QuickExaminer())
    desk.pair()
    roster = StaffRoster(desk.database, desk.clock, CountedIds(), desk.audit, letter_box())
    desk.recording._may_begin = roster.require_current
    sealed = seal_letter(KIND, letter(1, MORNING, timedelta(days=1), frozenset(PEOPLE)), OFFICE, recipient_of(IDENTITY))
    with desk.database.write() as connection:
        roster.apply(connection, {"sealed": sealed}, MORNING)
    session = desk.open_session()
    sitting = await desk.begin(session)
    desk.clock.advance(timedelta(days=2))
    done = await desk.recording.finish(OPERATOR, (await capture_quickly(desk, sitting)).sitting_id)
    assert done.sealed
    with pytest.raises(NotAllowed, match="staff-roster-expired"):
        await desk.begin(session, 1)
    desk.database.close()


def test_fingers_the_office_took_away_are_gone_and_those_it_has_not_heard_of_stay() -> None:
    kit = Kit()
    boss = Actor("b" * 32, "Kepala", frozenset({Role.ADMINISTRATOR}))
    book = StaffBook(kit.database, kit.clock, CountedIds(), kit.audit, HASHER, kit.roster.tell_finger)
    sari, budi = "0" * 32, f"{1:032x}"
    kit.receive(letter(1, MORNING - timedelta(days=2), timedelta(days=14), frozenset(PEOPLE)))
    book.set_finger(boss, sari, Finger.LEFT_INDEX, b"told", 70)
    with kit.database.write() as connection:
        (item,) = outbox.items(connection, outbox.OutboxState.WAITING, "event")
        outbox.mark_delivered(connection, item.item_id, b"receipt")
    kit.clock.advance(timedelta(hours=2))
    book.set_finger(boss, budi, Finger.LEFT_INDEX, b"not told yet", 70)
    kit.receive(letter(2, MORNING + timedelta(hours=9), timedelta(days=14), frozenset(PEOPLE)))
    assert book.fingers_of(sari) == {}
    assert book.fingers_of(budi) == {Finger.LEFT_INDEX: b"not told yet"}
    kit.close()
