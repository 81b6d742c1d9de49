"""A finger of the staff as second factor: enrolled with care, checked with the real matcher, never the only way in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from simulators.people import Person, make_person
from simulators.people.defects import FingerDefect
from station.capture.finger_sign_in import LOCK_AFTER_WRONG, MOST_TRIES, FingerSignIn, FingerTry
from station.devices.errors import DeviceUnavailable
from station.devices.identity import Readiness
from station.domain.errors import BadInput, NotAllowed, Refused
from station.domain.identifiers import RandomIds
from station.domain.sample import Finger, GreyImage
from station.domain.staff import Actor, Role, SignInProof
from station.staff.book import StaffBook
from tests.capture_desk import DAY, Desk, make_desk

PASSWORD = "rahasia-contoh"
SARI, BUDI = make_person(41, 0, DAY, age=30), make_person(41, 1, DAY, age=40)


@dataclass
class Door:
    """The door with two accounts, and a scanner before which a person can be put."""

    desk: Desk
    staff: StaffBook
    sign_in: FingerSignIn
    boss: Actor
    operator: Actor
    tries: list[FingerTry] = field(default_factory=list)

    def stands(self, person: Person) -> None:
        """Put somebody before the scanner."""
        self.desk.devices.person = person
        self.desk.devices.finger_from = None

    def lays(self, *prints: tuple[Finger, FingerDefect | None]) -> None:
        """Say which fingers the person lays one after the other; the last one again and again."""
        person, waiting = self.desk.devices.person, list(prints)

        def lay(_asked: Finger, attempt: int) -> GreyImage:
            finger, defect = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            return person.finger_impression(finger, attempt, defect)

        self.desk.devices.finger_from = lay

    async def enrol(self, person: Person, who: Actor, finger: Finger = Finger.RIGHT_INDEX) -> int:
        """Enrol a finger of a person for an account."""
        self.stands(person)
        return await self.sign_in.enrol(self.boss, who.staff_id, finger, None, self.tries.append)

    def said(self, action: str) -> int:
        """Return how often an action is in the audit log."""
        return sum(entry.action == action for entry in self.desk.audit.entries())


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    desk = make_desk(tmp_path)
    staff = StaffBook(desk.database, desk.clock, RandomIds(), desk.audit, PasswordHasher(1, 64, 1))
    boss = staff.create_administrator("Petugas Tiga", "tiga", PASSWORD)
    operator = staff.add(boss, "Petugas Empat", "empat", PASSWORD, frozenset({Role.PRINT_OPERATOR}))
    kit = desk.recording._kit
    yield Door(desk, staff, FingerSignIn(staff, kit, desk.audit, 70.0, 35), boss, operator)
    desk.database.close()


async def test_an_operators_finger_is_a_second_factor(door: Door) -> None:
    assert not door.sign_in.wants_finger(door.operator)
    with pytest.raises(NotAllowed, match="staff-no-finger"):
        await door.sign_in.check(door.operator)
    assert await door.enrol(SARI, door.operator) >= 35
    assert door.sign_in.wants_finger(door.operator)
    shown = await door.sign_in.check(door.operator)
    assert (shown, shown.proof) == (door.operator, SignInProof.FINGER)
    door.stands(BUDI)
    with pytest.raises(NotAllowed, match="staff-finger-wrong"):
        await door.sign_in.check(door.operator)


async def test_either_of_two_fingers_opens(door: Door) -> None:
    await door.enrol(SARI, door.operator)
    await door.enrol(SARI, door.operator, Finger.LEFT_INDEX)
    assert door.sign_in.fingers_of(door.operator) == (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)
    for finger in (Finger.RIGHT_INDEX, Finger.LEFT_INDEX):
        door.lays((finger, None))
        assert (await door.sign_in.check(door.operator)).proof is SignInProof.FINGER
    with pytest.raises(Refused, match="staff-fingers-enough"):
        await door.enrol(SARI, door.operator, Finger.RIGHT_THUMB)


async def test_only_an_administrator_enrols(door: Door) -> None:
    door.stands(SARI)
    with pytest.raises(NotAllowed, match="staff-role-missing"):
        await door.sign_in.enrol(door.operator, door.operator.staff_id, Finger.RIGHT_INDEX)
    assert door.staff.fingers_of(door.operator.staff_id) == {}


async def test_poor_prints_are_told_and_the_finger_is_kept_of_the_good_ones(door: Door) -> None:
    door.stands(SARI)
    right = Finger.RIGHT_INDEX
    door.lays((right, FingerDefect.PARTIAL), (right, None), (Finger.RIGHT_RING, None), (right, None))
    quality = await door.sign_in.enrol(door.boss, door.operator.staff_id, right, None, door.tries.append)
    assert [tried.good for tried in door.tries] == [0, 1, 1, 2]
    assert door.tries[0].causes, "what is wrong with the first one is said"
    assert door.tries[2].causes == ("staff-finger-unlike-first",), "one bad guess cannot become the template"
    assert quality == max(tried.quality for tried in (door.tries[1], door.tries[3]))


async def test_a_finger_that_never_prints_well_is_given_up(door: Door) -> None:
    door.stands(SARI)
    door.lays((Finger.RIGHT_INDEX, FingerDefect.PARTIAL))
    with pytest.raises(Refused, match="staff-finger-not-enrolled"):
        await door.sign_in.enrol(door.boss, door.operator.staff_id, Finger.RIGHT_INDEX, None, door.tries.append)
    assert len(door.tries) == MOST_TRIES
    assert door.staff.fingers_of(door.operator.staff_id) == {}


async def test_a_print_below_the_threshold_is_never_kept_though_nothing_particular_is_wrong_with_it(door: Door) -> None:
    door.stands(SARI)
    strict = FingerSignIn(door.staff, door.desk.recording._kit, door.desk.audit, 70.0, quality_min=101)
    with pytest.raises(Refused, match="staff-finger-not-enrolled"):
        await strict.enrol(door.boss, door.operator.staff_id, Finger.RIGHT_INDEX, None, door.tries.append)
    assert [tried.good for tried in door.tries] == [0] * MOST_TRIES
    assert all(tried.causes for tried in door.tries), "what is wrong is always said"
    assert door.staff.fingers_of(door.operator.staff_id) == {}


async def test_one_person_cannot_be_two_accounts(door: Door) -> None:
    await door.enrol(SARI, door.boss)
    with pytest.raises(Refused, match="staff-finger-of-another"):
        await door.enrol(SARI, door.operator)
    assert door.said("staff-finger-of-another") == 1
    await door.enrol(BUDI, door.operator)
    door.lays((Finger.RIGHT_INDEX, None))
    with pytest.raises(Refused, match="staff-finger-twice"):
        await door.sign_in.enrol(door.boss, door.operator.staff_id, Finger.LEFT_INDEX)


async def test_wrong_fingers_lock_the_account_and_a_right_one_forgives(door: Door) -> None:
    await door.enrol(SARI, door.operator)
    door.stands(BUDI)
    for left in range(LOCK_AFTER_WRONG - 1, 1, -1):
        with pytest.raises(NotAllowed, match="staff-finger-wrong") as wrong:
            await door.sign_in.check(door.operator)
        assert wrong.value.params == {"left": left}
    door.stands(SARI)
    await door.sign_in.check(door.operator)
    door.stands(BUDI)
    for _number in range(LOCK_AFTER_WRONG - 1):
        with pytest.raises(NotAllowed, match="staff-finger-wrong"):
            await door.sign_in.check(door.operator)
    with pytest.raises(NotAllowed, match="staff-account-locked"):
        await door.sign_in.check(door.operator)
    with pytest.raises(NotAllowed, match="staff-account-locked"):
        door.staff.sign_in("empat", PASSWORD)
    door.staff.unlock(door.boss, door.operator.staff_id)
    door.stands(SARI)
    assert (await door.sign_in.check(door.staff.sign_in("empat", PASSWORD))).proof is SignInProof.FINGER


async def test_poor_prints_are_forgiven_longer_but_not_without_end(door: Door) -> None:
    await door.enrol(SARI, door.operator)
    door.stands(BUDI)
    door.lays((Finger.RIGHT_INDEX, FingerDefect.DRY))
    for _number in range(3 * LOCK_AFTER_WRONG - 1):
        with pytest.raises(Refused):
            await door.sign_in.check(door.operator)
    assert door.said("staff-finger-failed") == 0
    with pytest.raises(NotAllowed, match="staff-account-locked"):
        await door.sign_in.check(door.operator)


async def test_without_a_finger_somebody_vouches_or_the_scanner_is_really_gone(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.enrol(SARI, door.operator)
    with pytest.raises(BadInput, match="staff-reason-missing"):
        await door.sign_in.pass_without(door.operator, " ", door.boss)
    with pytest.raises(NotAllowed, match="staff-second-person-needed"):
        await door.sign_in.pass_without(door.operator, "jari dibalut", door.operator)
    with pytest.raises(NotAllowed, match="staff-role-missing"):
        await door.sign_in.pass_without(door.boss, "jari dibalut", door.operator)
    with pytest.raises(NotAllowed, match="staff-second-for-finger"):
        await door.sign_in.pass_without(door.operator, "jari dibalut", None)
    vouched = await door.sign_in.pass_without(door.operator, "jari dibalut", door.boss)
    assert vouched.proof is SignInProof.VOUCHED

    async def unplugged() -> Readiness:
        raise DeviceUnavailable("Pemindai", "status")

    monkeypatch.setattr(door.desk.devices, "readiness", unplugged)
    alone = await door.sign_in.pass_without(door.operator, "kabel putus", None)
    assert alone.proof is SignInProof.REASON
    kept = [entry.details for entry in door.desk.audit.entries() if entry.action == "staff-finger-passed"]
    assert [(entry["by"], entry["reason"]) for entry in kept] == [
        (door.boss.staff_id, "jari dibalut"),
        ("", "kabel putus"),
    ]
