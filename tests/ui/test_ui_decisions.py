"""Decisions between the steps, by keyboard: what is stopped, what is asked, what is kept, and the way on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from simulators.people.person import make_person
from station.bootstrap import StationServices
from station.capture.sitting import PartState, SittingState, Step
from station.domain.sample import Finger
from station.ui.app import StationApp
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.confirm import Confirm
from station.ui.screens.session import SessionScreen
from station.ui.screens.sitting import SittingScreen
from station.ui.screens.student import StudentScreen
from station.ui.widgets.bars import KeyBar, StatusBar
from tests.ui.sitting_bench import services_before
from tests.ui.ui_bench import MORNING, PASSWORD, settle, sign_in

# textual-image reads pictures by a Pillow call that is going away in 2027.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")


@pytest.fixture
def services(tmp_path: Path) -> StationServices:
    """One student without a right thumb before a kit that works."""
    return services_before(
        make_person(1, 1, MORNING.date(), age=17, missing_fingers=frozenset({Finger.RIGHT_THUMB})), tmp_path
    )


async def begin(pilot: Pilot[None]) -> None:
    """Go to the student's sitting; the photo is taken and waits for approval."""
    await sign_in(pilot)
    await pilot.press("2", "r", "b", *["enter"] * 13)
    await settle(pilot, 60)
    await pilot.press("k", "a", *"AKTA-1", "enter", "r")
    await settle(pilot, 60)
    assert isinstance(pilot.app.screen, SittingScreen)


def sitting_screen(pilot: Pilot[None]) -> SittingScreen:
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, SittingScreen))


def text(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


async def decide(pilot: Pilot[None], *keys: str) -> None:
    """Press keys as a person does: each question is read before it is answered."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause(0.05)


async def second_person(pilot: Pilot[None]) -> None:
    await settle(pilot, 60)
    await pilot.press(*"budi", "enter", *PASSWORD, "enter")
    await settle(pilot, 60)


async def test_a_missing_thumb_is_excepted_pictured_and_the_step_goes_on_by_itself(services: StationServices) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await pilot.press("enter")
        for _ in range(600):
            if "ibu jari" in text(pilot, "#instruction") and "Tidak dipakai" in text(pilot, "#result"):
                break
            await pilot.pause(0.1)
        await settle(pilot, 60)
        assert "ibu jari" in text(pilot, "#instruction")
        assert "Tidak dipakai" in text(pilot, "#result"), "one thumb of two is refused"

        await pilot.press("e")
        await settle(pilot, 60)
        await decide(pilot, "1", "1", "1", "enter")
        await second_person(pilot)
        assert isinstance(pilot.app.screen, Confirm), "the rules want a picture of what is not there"
        await pilot.press("y")
        await settle(pilot, 60)
        for _ in range(200):
            if sitting_screen(pilot).sitting.step is None:
                break
            await pilot.pause(0.1)
        await settle(pilot, 60)

        sitting = sitting_screen(pilot).sitting
        assert sitting.part("finger:1").state is PartState.EXCEPTED
        assert sitting.step is None, "the other thumb and all that follows came without another key"
        with services.database.read() as connection:
            from station.store import sittings

            names = {row.part for row in sittings.captures(connection, sitting.sitting_id)}
        assert "exception-finger-1" in names


async def test_captures_of_the_wrong_person_are_voided_with_a_reason_and_taken_again(
    services: StationServices,
) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await pilot.press("enter")
        await settle(pilot, 60)
        before = sitting_screen(pilot).sitting.part("signature")
        await pilot.press("h")
        await settle(pilot, 60)
        await decide(pilot, "2", *"tertukar", "enter")
        await settle(pilot, 60)
        after = sitting_screen(pilot).sitting.part("signature")
        assert before.record is not None
        assert after.record is not None
        assert after.record > before.record, "the voided signature never counts as the best"


async def test_a_sitting_of_the_wrong_person_is_given_up_by_two_people(services: StationServices) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        sitting = sitting_screen(pilot).sitting
        await decide(pilot, "ctrl+x", *"salah orang", "enter")
        await second_person(pilot)
        assert isinstance(pilot.app.screen, SessionScreen)
        assert services.recording.sitting(sitting.sitting_id).state is SittingState.DISCARDED
        assert services.recording.unfinished() == []


async def test_with_only_postponed_parts_left_the_student_is_postponed_from_here(services: StationServices) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        await pilot.press("enter")
        await settle(pilot, 60)
        assert sitting_screen(pilot).sitting.step is Step.FINGERS
        await decide(pilot, "t", *"alat rusak", "enter")
        await settle(pilot, 60)
        for _ in range(3):
            if sitting_screen(pilot).sitting.step is None:
                break
            await decide(pilot, "t", *"alat rusak", "enter")
            await settle(pilot, 60)
        assert "tunda" in text(pilot, "#instruction").lower()
        await pilot.press("t")
        await settle(pilot, 60)
        assert isinstance(pilot.app.screen, Choose)
        await pilot.press("4")
        await settle(pilot, 60)
        assert isinstance(pilot.app.screen, SessionScreen)
        session = services.sessions.list()[0]
        assert services.sessions.progress(session.session_id).postponed == 1


async def test_a_field_the_student_calls_wrong_shuts_the_gate_until_it_is_read_again(services: StationServices) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", "r", "k", "a", *"AKTA-1", "enter", "b", "s", *["enter"] * 12)
        await settle(pilot, 60)
        await pilot.press("enter", "r")
        await settle(pilot, 60)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, StudentScreen), "recording waits for the registry"
        await pilot.press("b", *["enter"] * 13, "r")
        await settle(pilot, 60)
        assert isinstance(pilot.app.screen, SittingScreen)


@pytest.mark.parametrize("keys", [(), ("r",)])
async def test_every_key_of_attendance_and_student_is_named_at_80_columns(
    services: StationServices, keys: tuple[str, ...]
) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", *keys)
        await settle(pilot, 60)
        bar = str(pilot.app.screen.query_one(KeyBar).content)
        shown = [entry.binding for entry in pilot.app.screen.active_bindings.values() if entry.binding.show]
        words = [services_words(pilot, binding.description) for binding in shown]
        assert [word for word in words if word not in bar] == []


def services_words(pilot: Pilot[None], message_id: str) -> str:
    app = pilot.app
    assert isinstance(app, StationApp)
    return app.words(message_id)


async def test_a_disk_that_fills_up_is_said_on_every_screen(
    services: StationServices, free_space: Callable[[int], None]
) -> None:
    free_space(700)
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2")
        await settle(pilot, 60)
        assert "sisa 700 MiB" in str(pilot.app.screen.query_one(StatusBar).content)


async def test_what_is_typed_between_two_questions_is_no_command(services: StationServices) -> None:
    async with StationApp(services).run_test(size=(80, 24)) as pilot:
        await begin(pilot)
        screen = sitting_screen(pilot)
        asked = []

        async def questions() -> None:
            asked.append(screen.check_action("void", ()))
            asked.append(screen.check_action("leave", ()))

        screen.begin_flow(questions())
        await settle(pilot, 60)
        assert asked == [False, True], "no key but Esc acts while a row of questions is under way"
        assert screen.check_action("void", ()) is True


async def test_a_correction_is_asked_for_only_when_the_operator_shows_once_more_who_they_are(
    services: StationServices,
) -> None:
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot)
        await pilot.press("2", "r")
        await settle(pilot, 60)
        assert isinstance(pilot.app.screen, StudentScreen)
        nik = pilot.app.screen.student.nik
        for tried, asked, closed in (("sandi salah", 0, ["enter"]), (PASSWORD, 1, [])):
            await pilot.press("c", *"AKTA-1", "tab", *" BARU", "ctrl+s")
            await settle(pilot, 60)
            await pilot.press(*tried, "enter")
            await settle(pilot, 60)
            assert len(services.extracts.corrections(nik)) == asked
            await pilot.press(*closed)
