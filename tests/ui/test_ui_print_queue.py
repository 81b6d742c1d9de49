"""The print queue by keyboard: printable cards on top, letters, printing out of turn, ages, three lists compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from station.bootstrap import StationServices
from station.domain.card import PrintReason
from station.domain.staff import Role
from station.print.gates import PrintDocument
from station.print.queue import JobState
from station.ui.app import StationApp
from station.ui.dialogs.confirm import Confirm
from station.ui.screens.birthdays import BirthdaysScreen
from station.ui.screens.three_way import ThreeWayScreen
from station.ui.widgets.rows import Rows
from tests.ui.ui_bench import PASSWORD, add_school, add_staff, make_services, settle, sign_in
from tests.unit.print.print_bench import NOW, OPERATOR, PrintBench, PrintWorld, people


@pytest.fixture
def room(tmp_path: Path) -> Iterator[tuple[StationServices, PrintBench]]:
    services = make_services(tmp_path / "kit")
    boss = add_staff(services)
    services.staff.add(boss, "Rini Contoh", "rini", PASSWORD, frozenset({Role.PRINT_OPERATOR}))
    bench = PrintBench(PrintWorld(blanks=3), tmp_path / "room.db")
    services.__dict__["print_queue"], services.__dict__["production"] = bench.queue, bench.production
    services.__dict__["blanks"] = bench.book
    yield services, bench
    bench.close()


def shown(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


def rows(pilot: Pilot[None]) -> list[list[str]]:
    table = pilot.app.screen.query_one(Rows)
    return [[str(cell) for cell in table.get_row_at(line)] for line in range(table.row_count)]


def fits(pilot: Pilot[None]) -> bool:
    """Tell whether every column of the table can be seen without scrolling."""
    return pilot.app.screen.query_one(Rows).max_scroll_x == 0


async def test_what_may_be_printed_comes_before_what_is_held_and_what_got_a_letter(
    room: tuple[StationServices, PrintBench],
) -> None:
    services, bench = room
    first, young, third = people(3)
    bench.queue.defer(OPERATOR, bench.deliver(first, 1))
    bench.deliver(replace(young, birth_date=date(2010, 2, 12)), 2)
    bench.deliver(third, 3)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("6")
        await settle(pilot)
        assert [line[:2] for line in rows(pilot)] == [
            ["✓ siap cetak", "CONTOH TIGA 3"],
            ["✗ tertahan", "CONTOH DUA 2"],
            ["○ suket", "CONTOH SATU 1"],
        ]
        assert shown(pilot, "#queue-lead").startswith("Siap cetak 1 · tertahan 1 · suket 1 ·")
        assert fits(pilot)


async def test_a_letter_is_given_after_a_question_and_taken_back_by_the_same_key(
    room: tuple[StationServices, PrintBench],
) -> None:
    services, bench = room
    job_id = bench.deliver()
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("6")
        await settle(pilot)
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("t")
        await settle(pilot)
        assert bench.queue.job(job_id).state is JobState.QUEUED
        await pilot.press("s", "y")
        await settle(pilot)
        assert bench.queue.job(job_id).state is JobState.DEFERRED
        assert "Suket diberikan" in shown(pilot, "#job-causes")
        keys = str(app.screen.query_one("#key-bar", Static).content)
        assert "Perangkat" in keys, "all keys of the queue are in sight at 80 columns"
        await pilot.press("s")
        await settle(pilot)
        assert bench.queue.job(job_id).printable


async def test_printing_out_of_turn_takes_a_reason_and_a_second_person_and_only_what_scarcity_holds(
    room: tuple[StationServices, PrintBench],
) -> None:
    services, bench = room
    lost = bench.deliver()
    bench.queue.set_reason(OPERATOR, lost, PrintReason.LOST, [PrintDocument.POLICE_LETTER])
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("6")
        await settle(pilot)
        await pilot.press("o")
        await settle(pilot)
        assert len(app.screen_stack) == 3, "nothing is asked of a card that scarcity does not hold"
        with bench.database.write() as connection:
            bench.queue.apply_policy(connection, {"scarcity": True}, NOW)
        await pilot.press("escape", "6")
        await settle(pilot)
        assert "(O)" in shown(pilot, "#job-causes")
        await pilot.press("o", *"berobat", "enter")
        await pilot.pause(0.1)
        await pilot.press(*"joko", "enter", *PASSWORD, "enter")
        await settle(pilot)
        await pilot.pause(0.1)
        assert bench.queue.job(lost).printable


async def test_whose_card_waits_for_a_birthday_is_listed_by_date(room: tuple[StationServices, PrintBench]) -> None:
    services, bench = room
    late, soon = people(2)
    bench.deliver(replace(late, birth_date=date(2010, 5, 2)), 1)
    bench.deliver(replace(soon, birth_date=date(2010, 2, 12)), 2)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("6", "l")
        await settle(pilot)
        assert isinstance(app.screen, BirthdaysScreen)
        assert [(line[0], line[2]) for line in rows(pilot)] == [
            ("12-02-2027", "CONTOH DUA 2"),
            ("02-05-2027", "CONTOH SATU 1"),
        ]
        assert fits(pilot)


async def test_three_lists_fit_the_small_screen_and_say_what_keeps_a_card_back(
    room: tuple[StationServices, PrintBench],
) -> None:
    services, bench = room
    boss = services.staff.sign_in("sari", PASSWORD)
    absent, young = add_school(services, boss, 2)
    school = services.rosters.schools()[0]
    session = services.sessions.open(boss, school.school_id)
    students = {one.nik: one for one in services.rosters.students(school.school_id)}
    services.sessions.attend(boss, session.session_id, students[young.nik].student_id)
    bench.deliver(replace(young, birth_date=date(2010, 2, 12)), 1)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("6", "b", "enter")
        await settle(pilot)
        assert isinstance(app.screen, ThreeWayScreen)
        (line,) = rows(pilot)
        assert line[:5] == ["✓", "✗", "✗", "tidak terekam", young.name]
        assert absent.name not in str(rows(pilot))
        assert "Belum 17 tahun" in shown(pilot, "#finding")
        assert fits(pilot)


async def test_a_card_goes_first_for_a_reason_that_is_kept(room: tuple[StationServices, PrintBench]) -> None:
    services, bench = room
    first, second, _ = people(3)
    bench.deliver(first, 1)
    job_id = bench.deliver(second, 2)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("6", "down", "u")
        await settle(pilot)
        await pilot.press(*"sakit", "enter")
        await settle(pilot)
        assert rows(pilot)[0][1] == "CONTOH DUA 2 !"
        assert bench.audit.about(job_id)[-1].details == {"urgent": True, "why": "sakit"}
        await pilot.press("u")
        await settle(pilot)
        assert [line[1] for line in rows(pilot)] == ["CONTOH SATU 1", "CONTOH DUA 2"]
