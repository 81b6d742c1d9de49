"""The print room by keyboard: forecast, one card with both faces, hand-over that asks first; devices are simulated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from simulators.cards.test_keys import TEST_PIN
from simulators.faults import parse_fault
from simulators.people import Person, make_person
from station.biometrics.finger.minutiae import extract
from station.biometrics.records.finger_minutiae import encode_card_minutiae
from station.bootstrap import StationServices
from station.domain.sample import Finger
from station.domain.staff import Role, SignInProof
from station.print.chip.profile import FingerTemplate
from station.print.queue import JobState
from station.print.recovery import Decision
from station.print.steps import StepProgress
from station.ui.app import StationApp
from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.finger import FingerDialog
from station.ui.dialogs.notice import Notice
from station.ui.screens.card_texts import CardTextsScreen
from station.ui.screens.handover import HandOverScreen
from station.ui.screens.production import ProductionScreen
from station.ui.screens.recovery import RecoveryScreen
from tests.ui.test_ui_finger import Desk, until_off, until_said
from tests.ui.ui_bench import PASSWORD, add_staff, make_services, settle, sign_in
from tests.unit.print import chip_bench
from tests.unit.print.print_bench import OPERATOR, PrintBench, PrintWorld
from tests.unit.print.print_history import Crash
from tests.unit.print.test_card_handover import counter

# textual-image reads pixels by a call that Pillow will take away in 2027; it is the library's to change
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[StationServices, PrintBench, Person]]:
    holder = make_person(11, 1, date(2026, 11, 23))
    image = holder.finger_impression(Finger.RIGHT_INDEX, 0)
    template = FingerTemplate(Finger.RIGHT_INDEX, encode_card_minutiae(extract(image)))
    record = replace(chip_bench.chip_record(small=True), templates=(template,))
    monkeypatch.setattr("tests.unit.print.print_bench.chip_record", lambda **_options: record)
    services = make_services(tmp_path / "kit")
    boss = add_staff(services)
    services.staff.add(boss, "Rini Contoh", "rini", PASSWORD, frozenset({Role.PRINT_OPERATOR}))
    bench = PrintBench(PrintWorld(blanks=3), tmp_path / "room.db")
    services.__dict__["print_queue"], services.__dict__["production"] = bench.queue, bench.production
    services.__dict__["blanks"], services.__dict__["handover"] = bench.book, counter(bench, holder)
    yield services, bench, holder
    bench.close()


@pytest.fixture
async def guarded_room(tmp_path: Path) -> AsyncIterator[tuple[Desk, PrintBench]]:
    """A print room whose computer has a scanner, and an operator who enrolled a finger."""
    desk = Desk(tmp_path, "fingerprint-staff", "livescan")
    services = desk.services
    services.staff.add(desk.boss, "Rini Contoh", "rini", PASSWORD, frozenset({Role.PRINT_OPERATOR}))
    await desk.enrol("rini")
    world = PrintWorld(blanks=3)
    world.staff_scanner = "fingerprint-staff"
    bench = PrintBench(world, tmp_path / "room.db")
    services.__dict__["print_queue"], services.__dict__["production"] = bench.queue, bench.production
    services.__dict__["blanks"] = bench.book
    yield desk, bench
    bench.close()
    await desk.close()


def shown(pilot: Pilot[None], selector: str) -> str:
    return str(pilot.app.screen.query_one(selector, Static).content)


def _die_in_the_chip(progress: StepProgress) -> None:
    if progress.done:
        raise Crash("amid the chip")


def shown_below(app: StationApp, selector: str) -> str:
    """Return what the screen beneath a dialog says."""
    return str(app.screen_stack[-2].query_one(selector, Static).content)


async def _print_one(pilot: Pilot[None]) -> None:
    await pilot.press("6")
    await settle(pilot)
    await pilot.press("c")
    await settle(pilot)
    await pilot.press("a", *TEST_PIN, "enter")
    await settle(pilot)
    await pilot.press("c", "y")
    await settle(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_card_is_made_looked_at_from_both_sides_and_confirmed(
    size: tuple[int, int], room: tuple[StationServices, PrintBench, Person]
) -> None:
    services, bench, _holder = room
    bench.deliver()
    app = StationApp(services)
    async with app.run_test(size=size) as pilot:
        await sign_in(pilot, "rini")
        await _print_one(pilot)
        screen = app.screen
        assert isinstance(screen, ProductionScreen)
        assert screen.production is not None
        assert screen.production.waits_for_confirmation
        keys = {binding.binding.action for binding in screen.active_bindings.values() if binding.enabled}
        assert {"confirm_card", "spoil", "turn", "texts"} <= keys
        assert "produce" not in keys, "no second card while one waits"
        assert "balik sama" in shown(pilot, "#production-result")
        await pilot.press("v")
        assert screen._back
        await pilot.press("t")
        await pilot.pause()
        assert isinstance(app.screen, CardTextsScreen)
        await pilot.press("escape")
        await settle(pilot)
        bench.world.hands.take_output()
        await pilot.press("b", "1")
        await settle(pilot)
        assert bench.production.open_intents() == []
        assert len(bench.queue.jobs(JobState.PRINTED)) == 1
        assert bench.book.room_balance("R-CETAK") == 2


async def test_hand_over_shows_whose_card_it_is_and_asks_before_the_finger(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    services, bench, _holder = room
    await bench.activate()
    made = await bench.production.produce(OPERATOR, bench.deliver())
    bench.world.hands.take_output()
    await bench.production.confirm(OPERATOR, made.intent_id)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("8")
        await settle(pilot)
        assert isinstance(app.screen, HandOverScreen)
        await pilot.press("f")
        await settle(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        assert "CONTOH SATU" in app.screen._text
        assert "Foto acara sudah diambil" in app.screen._text
        assert "Tanpa pembaca kartu: jari dibandingkan dengan rekaman" in shown_below(app, "#handover-lead")
        await pilot.press("t")
        await settle(pilot)
        assert services.handover.receipts() == [], "no is no"
        await pilot.press("enter", "y")
        await settle(pilot)
        (receipt,) = services.handover.receipts()
        assert receipt.photo
        assert isinstance(app.screen, Notice)
        assert "dibandingkan dengan rekaman, bukan dengan cip" in app.screen._text


async def test_beside_an_open_module_the_hand_over_asks_for_the_card_first_and_says_that_the_chip_was_compared(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    services, bench, holder = room
    services.__dict__["handover"] = counter(bench, holder, chip=True)
    await bench.activate()
    made = await bench.production.produce(OPERATOR, bench.deliver())
    bench.world.hands.take_output()
    await bench.production.confirm(OPERATOR, made.intent_id)
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("8")
        await settle(pilot)
        assert "jari dibandingkan dengan cip" in shown(pilot, "#handover-lead")
        keys = str(app.screen.query_one("#key-bar", Static).content)
        assert "Sekolah" in keys, "the key to one school's envelope is in sight at 80 columns"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        assert "Letakkan kartunya di pembaca meja" in app.screen._text
        await pilot.press("y")
        await settle(pilot)
        assert isinstance(app.screen, Notice)
        assert "dibandingkan dengan templat di cip kartu" in app.screen._text


async def test_where_a_scanner_is_no_card_starts_before_the_operator_shows_a_finger(
    guarded_room: tuple[Desk, PrintBench],
) -> None:
    desk, bench = guarded_room
    bench.deliver()
    app = StationApp(desk.services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await _print_one(pilot)
        assert isinstance(app.screen, Notice)
        await pilot.press("escape")
        await settle(pilot)
        assert bench.book.room_balance("R-CETAK") == 3, "no blank moved for a password alone"
        assert "Rini Contoh belum membuktikan diri dengan jari" in shown(pilot, "#findings")
        desk.staff.sit("orang lain")
        await pilot.press("f")
        await until_said(pilot, "Sidik jari tidak cocok")
        await pilot.press("escape")
        await settle(pilot)
        assert "Tekan F" in shown(pilot, "#findings"), "somebody else's finger opens nothing"
        desk.staff.sit("rini")
        await pilot.press("f")
        await until_off(pilot, FingerDialog)
        assert app.actor is not None
        assert app.actor.proof is SignInProof.FINGER
        assert "Tekan F" not in shown(pilot, "#findings")
        await pilot.press("c", "y")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ProductionScreen)
        assert screen.production is not None
        assert screen.production.waits_for_confirmation


async def test_recovery_offers_only_the_answers_that_fit_and_asks_the_printer_first(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    services, bench, _holder = room
    bench.world.faults.add(parse_fault("printer feed_to_encoder 1 feed-failed"))
    await bench.activate()
    made = await bench.production.produce(OPERATOR, bench.deliver())
    assert made.decision is Decision.ASK_HOPPER
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("7")
        await settle(pilot)
        assert "Hitung isi hopper" in shown(pilot, "#finding"), "the printer is looked at when the screen opens"
        await pilot.press("j")
        await pilot.pause(0.1)
        offered = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        assert offered == [
            "1  Hitung blangko di wadah",
            "2  Kartunya ada dan rusak",
            "3  Kartunya tidak ditemukan",
            "4  Belum tahu, periksa nanti",
        ]
        await pilot.press("1", *"3", "enter")
        await settle(pilot)
        assert bench.production.open_intents() == []
        assert bench.book.room_balance("R-CETAK") == 3


async def test_after_a_jam_the_blank_is_named_and_the_screen_says_when_the_next_key_works(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    services, bench, _holder = room
    bench.world.faults.add(parse_fault("printer print_card 1 jam"))
    bench.deliver()
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await _print_one(pilot)
        assert isinstance(app.screen, Notice)
        await pilot.press("enter")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ProductionScreen)
        assert screen.production is not None
        result = shown(pilot, "#production-result")
        assert f"Keping {screen.production.serial} tercatat rusak" in result
        assert "Belum siap" in result, "the card is still stuck, and nobody had to press a key to learn it"
        assert shown(pilot, "#findings").startswith("✗ Kartu macet"), "what blocks comes first"
        bench.world.hands.remove_inside()
        await pilot.press("l")
        await settle(pilot)
        assert "Siap. Tekan C untuk mencetak" in shown(pilot, "#production-result")
        assert "1 dari 1 keping terakhir rusak" in shown(pilot, "#findings")


async def test_an_empty_ribbon_is_told_once_with_where_to_note_the_new_one(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    services, bench, _holder = room
    bench.world.faults.add(parse_fault("printer print_card 1 ribbon-out"))
    bench.deliver()
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await _print_one(pilot)
        await pilot.press("enter")
        await settle(pilot)
        findings = shown(pilot, "#findings")
        assert findings.count("Pita habis") == 1
        assert "Pemulihan cetak (7), G" in findings


async def test_recovery_says_how_a_good_card_is_shown_and_what_became_of_it(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    services, bench, _holder = room
    bench.world.faults.add(parse_fault("printer print_card 1 power-cut when=after"))
    await bench.activate()
    await bench.production.produce(OPERATOR, bench.deliver())
    bench.world.mechanism.power_on()
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("7")
        await settle(pilot)
        assert "J: katakan apa yang terlihat" in shown(pilot, "#finding")
        bench.world.hands.take_output()
        await pilot.press("j")
        await pilot.pause(0.1)
        await pilot.press("1")
        await pilot.pause(0.1)
        ways = [str(option.prompt) for option in app.screen.query_one(OptionList).options]
        assert ways == ["1  Kartu ada di pembaca meja", "2  Ketik nomor cip di kartu"]
        await pilot.press("1")
        await settle(pilot)
        assert bench.production.open_intents() == []
        assert any("kartu baik, masuk daftar penyerahan" in note.message for note in app._notifications)


async def test_a_card_without_a_clear_outcome_leads_straight_to_recovery(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    services, bench, _holder = room
    bench.world.faults.add(parse_fault("printer print_card 1 power-cut when=after"))
    bench.deliver()
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await _print_one(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "Buka Pemulihan cetak (7)" in shown(pilot, "#production-result")
        keys = {one.binding.action for one in app.screen.active_bindings.values() if one.enabled}
        assert "recovery" in keys
        assert not {"produce", "confirm_card", "next_card"} & keys, "nothing that could not be done is offered"
        await pilot.press("7")
        await settle(pilot)
        assert isinstance(app.screen, RecoveryScreen)


async def test_recovery_that_waits_for_the_module_says_so_and_goes_on_once_it_is_unlocked(
    room: tuple[StationServices, PrintBench, Person],
) -> None:
    """A power cut while the chip was written: the blank is inside, the module is locked again."""
    services, bench, _holder = room
    await bench.activate()
    bench.deliver()
    with pytest.raises(Crash):
        await bench.production.produce(OPERATOR, bench.queue.jobs()[0].job_id, _die_in_the_chip)
    bench.world.module.power_off()
    bench.restart()
    services.__dict__["production"] = bench.production
    app = StationApp(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(pilot, "rini")
        await pilot.press("7")
        await settle(pilot)
        assert "Modul SAM belum dibuka" in shown(pilot, "#finding")
        await pilot.press("a", *TEST_PIN, "enter")
        await settle(pilot)
        await pilot.pause(0.1)
        await settle(pilot)
        (intent,) = bench.production.open_intents()
        assert intent.state == "ejected", "the card is finished without another key"
        assert "J: katakan" in shown(pilot, "#finding")
