"""Accounts, waiting times and locks of the staff book."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from station.domain.clock import ManualClock
from station.domain.errors import BadInput, NotAllowed
from station.domain.identifiers import CountedIds
from station.domain.sample import Finger
from station.domain.staff import Actor, Role
from station.keys.signing import SoftwareSigner
from station.staff.audit import AuditLog
from station.staff.book import LOCK_AFTER, StaffBook
from station.store import staff as rows
from station.store.database import Database, open_database
from station.store.schema import create_schema
from station.store.staff import StaffRow

PASSWORD = "rahasia-contoh-1"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "station.db", bytes(32))
    create_schema(opened)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))


@pytest.fixture
def audit(database: Database, clock: ManualClock) -> AuditLog:
    return AuditLog(database, clock, SoftwareSigner.generate())


@pytest.fixture
def book(database: Database, clock: ManualClock, audit: AuditLog) -> StaffBook:
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return StaffBook(database, clock, CountedIds(), audit, hasher)


@pytest.fixture
def administrator(book: StaffBook) -> Actor:
    return book.create_administrator("Petugas Satu", "Satu", PASSWORD)


def test_the_first_start_sets_up_an_administrator_once(book: StaffBook) -> None:
    assert book.is_empty()
    actor = book.create_administrator("Petugas Satu", "satu", PASSWORD)
    assert actor.has(Role.ADMINISTRATOR)
    assert not book.is_empty()
    with pytest.raises(NotAllowed, match="staff-administrator-exists"):
        book.create_administrator("Petugas Dua", "dua", PASSWORD)


def test_sign_in_ignores_case_and_spaces_of_the_login(book: StaffBook, administrator: Actor) -> None:
    assert book.sign_in(" SATU ", PASSWORD) == administrator


@pytest.mark.usefixtures("administrator")
def test_an_unknown_login_and_a_wrong_password_sound_the_same(book: StaffBook) -> None:
    for login in ("satu", "tidak-ada"):
        with pytest.raises(NotAllowed, match="staff-sign-in-wrong"):
            book.sign_in(login, "salah-sekali")


@pytest.mark.usefixtures("administrator")
def test_wrong_passwords_make_waiting_longer_and_then_lock(book: StaffBook, clock: ManualClock) -> None:
    waits: list[int] = []
    for _ in range(LOCK_AFTER - 1):
        _fail(book)
        try:
            book._refuse_if_shut(_row(book))
        except NotAllowed as refusal:
            waits.append(int(str(refusal.params["seconds"])))
        clock.advance(timedelta(minutes=5))
    _fail(book)
    assert waits == [3, 5, 9, 17, 33]
    with pytest.raises(NotAllowed, match="staff-account-locked"):
        book.sign_in("satu", PASSWORD)


def _fail(book: StaffBook) -> None:
    with pytest.raises(NotAllowed):
        book.sign_in("satu", "salah-sekali")


def _row(book: StaffBook) -> StaffRow:
    with book._database.read() as connection:
        row = rows.by_login(connection, "satu")
    assert row is not None
    return row


def test_a_locked_account_is_opened_by_a_supervisor_only(
    book: StaffBook, administrator: Actor, clock: ManualClock
) -> None:
    operator = book.add(administrator, "Petugas Dua", "dua", PASSWORD, frozenset({Role.FIELD_OPERATOR}))
    for _ in range(LOCK_AFTER):
        with pytest.raises(NotAllowed):
            book.sign_in("dua", "salah-sekali")
        clock.advance(timedelta(minutes=5))
    with pytest.raises(NotAllowed, match="staff-account-locked"):
        book.sign_in("dua", PASSWORD)
    with pytest.raises(NotAllowed, match="staff-role-missing"):
        book.unlock(operator, administrator.staff_id)
    book.unlock(administrator, operator.staff_id)
    assert book.sign_in("dua", PASSWORD) == operator


def test_a_clock_set_back_does_not_make_anybody_wait_for_years(
    book: StaffBook, administrator: Actor, clock: ManualClock
) -> None:
    for _ in range(3):
        with pytest.raises(NotAllowed):
            book.sign_in("satu", "salah-sekali")
    with pytest.raises(NotAllowed, match="staff-wait"):
        book.sign_in("satu", PASSWORD)
    clock.jump_to(datetime(2020, 1, 1, tzinfo=UTC))
    assert book.sign_in("satu", PASSWORD) == administrator


def test_only_administrators_add_accounts_and_logins_are_unique(book: StaffBook, administrator: Actor) -> None:
    operator = book.add(administrator, "Petugas Dua", "dua", PASSWORD, frozenset({Role.FIELD_OPERATOR}))
    with pytest.raises(NotAllowed):
        book.add(operator, "Petugas Tiga", "tiga", PASSWORD, frozenset({Role.FIELD_OPERATOR}))
    with pytest.raises(BadInput, match="staff-login-taken"):
        book.add(administrator, "Petugas Tiga", "DUA", PASSWORD, frozenset({Role.FIELD_OPERATOR}))
    with pytest.raises(BadInput, match="staff-password-short"):
        book.add(administrator, "Petugas Tiga", "tiga", "pendek", frozenset({Role.FIELD_OPERATOR}))
    with pytest.raises(BadInput, match="staff-no-role"):
        book.add(administrator, "Petugas Tiga", "tiga", PASSWORD, frozenset())
    assert [account.login for account in book.list()] == ["dua", "satu"]


def test_a_closed_account_does_not_sign_in_and_nobody_closes_their_own(book: StaffBook, administrator: Actor) -> None:
    operator = book.add(administrator, "Petugas Dua", "dua", PASSWORD, frozenset({Role.FIELD_OPERATOR}))
    book.change_access(administrator, operator.staff_id, operator.roles, active=False)
    with pytest.raises(NotAllowed, match="staff-account-closed"):
        book.sign_in("dua", PASSWORD)
    with pytest.raises(NotAllowed, match="staff-own-account"):
        book.change_access(administrator, administrator.staff_id, administrator.roles, active=False)


def test_a_changed_password_and_a_finger_are_kept(book: StaffBook, administrator: Actor) -> None:
    book.change_password(administrator, administrator.staff_id, "sandi-baru-2")
    assert book.sign_in("satu", "sandi-baru-2") == administrator
    assert book.fingers_of(administrator.staff_id) == {}
    book.set_finger(administrator, administrator.staff_id, Finger.RIGHT_INDEX, b"first", 60)
    book.set_finger(administrator, administrator.staff_id, Finger.RIGHT_INDEX, b"better", 80)
    assert book.fingers_of(administrator.staff_id) == {Finger.RIGHT_INDEX: b"better"}
    assert book.list()[0].fingers == (Finger.RIGHT_INDEX,)
    book.forget_fingers(administrator, administrator.staff_id)
    assert book.list()[0].fingers == ()


def test_a_database_of_schema_1_keeps_the_finger_of_its_accounts(
    database: Database, book: StaffBook, administrator: Actor
) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("DROP TABLE staff_finger")
        connection.exec_driver_sql("UPDATE staff SET finger = 2, finger_template = x'aabb'")
        connection.exec_driver_sql("PRAGMA user_version = 1")
    create_schema(database)
    assert book.fingers_of(administrator.staff_id) == {Finger.RIGHT_INDEX: bytes.fromhex("aabb")}
    create_schema(database)
    assert book.fingers_of(administrator.staff_id) == {Finger.RIGHT_INDEX: bytes.fromhex("aabb")}


@pytest.mark.usefixtures("administrator")
def test_every_action_is_in_the_audit_log_and_no_name_is(book: StaffBook, audit: AuditLog) -> None:
    book.sign_in("satu", PASSWORD)
    actions = [entry.action for entry in audit.entries()]
    assert actions == ["staff-added", "staff-signed-in"]
    assert "Petugas" not in str(audit.entries())
