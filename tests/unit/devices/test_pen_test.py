"""The stroke that a person draws during the kit check: seen, judged, passed over, or missing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from simulators.people import make_person
from simulators.serial_pad import SerialPadModel
from simulators.staff import HandAtPad, StaffAtDesk
from simulators.world import World
from station.config import CaptureConfig, DeviceConfig, KitConfig, LetterheadConfig, OfficeConfig, PrintConfig
from station.devices.check import CheckItem, KitCheck, Verdict
from station.devices.kit import Kit
from station.devices.pen_test import PEN_DEADLINE_S, PenTest, stroke_trouble
from station.devices.signature.interface import PadArea
from station.domain.clock import SystemClock
from station.domain.sample import PenSample
from station.messages.catalogue import Catalogue
from tests.unit.devices.far_ends import SmallWorld, soon

DAY = date(2026, 7, 20)
AREA = PadArea(9600, 6000, 1023, 200, 100.0)


class _Signer:
    """Somebody who draws what the test wants, stroke after stroke; the last one again and again."""

    def __init__(self, *strokes: tuple[PenSample, ...]) -> None:
        self._strokes = strokes

    def signature_samples(self, attempt: int) -> tuple[PenSample, ...]:
        return self._strokes[min(attempt, len(self._strokes) - 1)]


def _line(length_mm: float, points: int = 40, pressure_step: int = 3) -> tuple[PenSample, ...]:
    step = length_mm * 100 / (points - 1)
    return tuple(
        PenSample(1000 + round(step * place), 3000, 400 + pressure_step * place, place * 5, touching=True)
        for place in range(points)
    )


class _Bench:
    def __init__(self, folder: Path, world: SmallWorld) -> None:
        self.world = world
        self.pad = SerialPadModel(world, speed=20.0)
        self._folder = folder
        self.asked: list[str] = []

    async def check(self, pen: PenTest | None) -> list[CheckItem]:
        device = DeviceConfig("signature", "serial", await self.pad.start(), "pad")
        config = KitConfig(
            "K-01",
            self._folder,
            None,
            ZoneInfo("Asia/Makassar"),
            "id",
            (device,),
            OfficeConfig(),
            LetterheadConfig(),
            CaptureConfig(),
            PrintConfig(),
        )
        kit = Kit(config)
        try:
            report = await KitCheck(kit, config, SystemClock(), item_deadline_s=8.0).run(pen=pen)
        finally:
            await kit.close()
        return [item for item in report.items if item.title in ("check-signature", "check-pen")]

    def pen(self, deadline_s: float = 5.0) -> PenTest:
        return PenTest(("UJI PENA",), lambda _pad, _left_s, trouble: self.asked.append(trouble), deadline_s)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[_Bench]:
    made = _Bench(tmp_path, SmallWorld(person=_Signer(_line(30))))
    yield made
    await made.pad.stop()


def test_the_whole_check_stays_under_a_minute_even_if_nobody_signs() -> None:
    kit_check = KitCheck.__init__.__defaults__
    assert kit_check is not None
    assert kit_check[0] + PEN_DEADLINE_S < 60


async def test_a_stroke_is_a_pass_and_what_it_showed_is_told(bench: _Bench) -> None:
    pad, pen = await bench.check(bench.pen())
    assert (pad.verdict, pen.verdict) == (Verdict.GO, Verdict.GO)
    assert pen.facts == {"check-pen-stroke": "40, 30 x 0 mm, 51%"}
    assert bench.asked == [""]
    assert bench.pad.lines == {}  # wiped for whoever comes next


async def test_the_pad_asks_for_the_stroke_in_words(bench: _Bench) -> None:
    bench.world.person = None
    test = bench.pen()
    checking = asyncio.ensure_future(bench.check(test))
    await soon(lambda: bench.pad.lines.get(0) == "UJI PENA")
    assert test.waiting
    bench.world.person = _Signer(_line(30))
    _pad, pen = await checking
    assert pen.verdict is Verdict.GO


async def test_a_test_passed_over_is_no_pass_and_says_so(bench: _Bench) -> None:
    bench.world.person = None
    test = bench.pen(deadline_s=30.0)
    checking = asyncio.ensure_future(bench.check(test))
    await soon(lambda: test.waiting and bool(bench.pad.lines))
    begin_s = time.monotonic()
    test.skip()
    pad, pen = await checking
    assert time.monotonic() - begin_s < 2
    assert pad.verdict is Verdict.GO
    assert (pen.verdict, pen.causes) == (Verdict.CARE, ("check-pen-skipped",))
    assert "TIDAK DIUJI" in Catalogue("id").text("check-pen-skipped")
    assert bench.pad.lines == {}


async def test_no_stroke_until_the_deadline_keeps_the_kit_at_home(bench: _Bench) -> None:
    bench.world.person = None
    _pad, pen = await bench.check(bench.pen(deadline_s=0.4))
    assert (pen.verdict, pen.causes) == (Verdict.STOP, ("check-pen-no-ink",))


async def test_a_dot_is_asked_for_again_with_the_reason(bench: _Bench) -> None:
    bench.world.person = _Signer(_line(1), _line(30))
    _pad, pen = await bench.check(bench.pen())
    assert bench.asked == ["", "check-pen-too-short"]
    assert pen.verdict is Verdict.GO


async def test_a_pen_whose_pressure_never_changes_is_found(bench: _Bench) -> None:
    bench.world.person = _Signer(_line(30, pressure_step=0))
    _pad, pen = await bench.check(bench.pen(deadline_s=2.5))
    assert (pen.verdict, pen.causes) == (Verdict.STOP, ("check-pen-pressure-flat",))


async def test_a_pad_that_hangs_up_in_mid_stroke_is_told_with_its_cause(bench: _Bench) -> None:
    bench.world.faults = SmallWorld("signature start 1 cut").faults
    _pad, pen = await bench.check(bench.pen())
    assert (pen.verdict, pen.cause) == (Verdict.STOP, "device-unavailable")


async def test_without_a_pad_nobody_is_asked(bench: _Bench) -> None:
    bench.world.faults = SmallWorld("signature get_info 1 silence").faults
    pad, pen = await bench.check(bench.pen())
    assert pad.verdict is Verdict.STOP
    assert (pen.verdict, pen.causes) == (Verdict.CARE, ("check-pen-pad-first",))
    assert bench.asked == []


def test_every_word_of_the_pen_is_there_in_both_languages() -> None:
    causes = ("skipped", "by-nobody", "pad-first", "no-ink", "too-short", "pressure-flat")
    for language in ("id", "en"):
        catalogue = Catalogue(language)
        assert all(catalogue.has(f"check-pen-{name}") for name in (*causes, "pad", "pad-do", "do", "stroke"))


def test_a_pad_without_pressure_is_not_blamed_for_it() -> None:
    flat = _line(30, pressure_step=0)
    assert stroke_trouble(flat, replace(AREA, max_pressure=1)) == ""
    assert stroke_trouble(flat, AREA) == "check-pen-pressure-flat"
    assert stroke_trouble((), AREA) == "check-pen-too-short"


def test_on_the_bench_the_staff_tries_the_pen_until_somebody_is_called(tmp_path: Path) -> None:
    student = make_person(5, 0, DAY)
    world = World([student])
    staff = StaffAtDesk(world, tmp_path, 5, DAY)
    hand = HandAtPad(world, staff)
    assert hand.subject() is staff.subject()
    world.call(1, student.biodata.name)
    assert hand.subject() is student
    world.call(
        2, "SIAPA PUN YANG TIDAK ADA"
    )  # it is somebody's turn, and nobody comes: the staff does not sign for them
    assert hand.subject() is None
    world.leave()
    assert hand.subject() is staff.subject()
