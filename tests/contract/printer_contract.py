"""What every card printer driver must do, whatever carries its commands.

A driver's test module subclasses PrinterContract and offers a fixture `rig`.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
from PIL import Image

from simulators.printer.hands import PrinterHands
from simulators.printer.mechanism import PrinterMechanism
from station.devices.errors import DeviceError, DeviceRefused, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.printer.interface import (
    CardPrinter,
    PrinterAbility,
    PrinterActivity,
    PrinterCondition,
)


def _face(colour: tuple[int, int, int]) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (103, 66), colour).save(made, "PNG")
    return made.getvalue()


FACE = _face((20, 90, 160))


class PrinterRig(Protocol):
    """A driver, the printer's physical truth, and the hands at it."""

    printer: CardPrinter
    mechanism: PrinterMechanism
    hands: PrinterHands
    promptly_s: float

    def lose_the_answer_to_print(self) -> None:
        """Let the printer take the next print command, and its answer be lost."""

    def drop_the_next_answer(self) -> None:
        """Let the next harmless question go unanswered."""

    def jam_at_print(self) -> None:
        """Let the next card jam while it is printed."""

    def print_slowly(self) -> None:
        """Let printing take long enough to be disturbed."""

    async def unplug(self) -> None:
        """Pull the cable out."""

    async def plug(self) -> None:
        """Plug the cable in again."""


async def print_one(rig: PrinterRig, operation_id: str, timeout_s: float = 10.0) -> None:
    """Print a card, fed first where the printer has an encoder."""
    await feed_where_possible(rig, operation_id)
    await rig.printer.print_card(operation_id, FACE, None, timeout_s)


async def feed_where_possible(rig: PrinterRig, operation_id: str) -> None:
    """Bring a card to the encoder where there is one."""
    if PrinterAbility.ENCODER in rig.printer.abilities:
        await rig.printer.feed_to_encoder(f"{operation_id}:feed", 10.0)


class PrinterContract:
    """The tests; `Test...` classes inherit them."""

    @pytest.fixture
    @abstractmethod
    def rig(self) -> PrinterRig:
        """Return a driver with a printer that has ten blanks."""

    async def test_it_says_who_it_is_and_that_it_is_ready(self, rig: PrinterRig) -> None:
        identity = await rig.printer.identity()
        assert identity.make
        assert identity.serial == rig.mechanism.serial
        assert (await rig.printer.readiness()).ready
        supplies = await rig.printer.supplies()
        assert 0 < (supplies.ribbon_percent or 0) <= 100
        assert 0 < (supplies.film_percent or 0) <= 100

    async def test_a_card_comes_out_once_with_its_picture(self, rig: PrinterRig) -> None:
        await print_one(rig, "i-1:print:1")
        assert [(card.front_png, card.whole) for card in rig.mechanism.output] == [(FACE, True)]
        status = await rig.printer.status()
        assert (status.activity, status.conditions) == (PrinterActivity.READY, ())
        assert (status.last_operation, status.last_operation_done) == ("i-1:print:1", True)

    async def test_an_operation_is_never_done_twice(self, rig: PrinterRig) -> None:
        await print_one(rig, "i-1:print:1")
        with pytest.raises(DeviceRefused) as caught:
            await rig.printer.print_card("i-1:print:1", FACE, None, 10.0)
        assert caught.value.code == "duplicate-operation"
        assert rig.mechanism.tallies.picked == 1

    async def test_a_jam_is_told_as_a_jam(self, rig: PrinterRig) -> None:
        rig.jam_at_print()
        with pytest.raises(DeviceRefused) as caught:
            await print_one(rig, "i-1:print:1")
        assert caught.value.message_id == "printer-card-jam"
        assert "printer-card-jam" in (await rig.printer.readiness()).problems
        assert (await rig.printer.status()).activity is PrinterActivity.EXCEPTION
        rig.hands.remove_inside()
        await print_one(rig, "i-2:print:1")
        assert len(rig.mechanism.output) == 1

    async def test_all_reasons_are_told_not_only_the_first(self, rig: PrinterRig) -> None:
        rig.mechanism.conditions += [PrinterCondition.COVER_OPEN, PrinterCondition.RIBBON_OUT]
        rig.mechanism.activity = PrinterActivity.EXCEPTION
        rig.hands.unload()
        problems = set((await rig.printer.readiness()).problems)
        assert {"printer-cover-open", "printer-ribbon-out", "printer-hopper-empty"} <= problems

    async def test_an_empty_hopper_refuses_before_anything_moves(self, rig: PrinterRig) -> None:
        rig.hands.unload()
        assert "printer-hopper-empty" in (await rig.printer.readiness()).problems
        with pytest.raises(DeviceRefused) as caught:
            await print_one(rig, "i-1:print:1")
        assert caught.value.message_id == "printer-hopper-empty"
        assert (rig.mechanism.tallies.picked, rig.mechanism.output) == (0, [])

    async def test_a_lost_answer_never_costs_a_second_card(self, rig: PrinterRig) -> None:
        await feed_where_possible(rig, "i-1:print:1")
        rig.lose_the_answer_to_print()
        with contextlib.suppress(OutcomeUnknown):  # it may leave the question open; it may not send the card again
            await rig.printer.print_card("i-1:print:1", FACE, None, 10.0)
        await _until(lambda: len(rig.mechanism.output) == 1)
        status = await rig.printer.status()
        assert (status.last_operation, status.last_operation_done) == ("i-1:print:1", True)
        with pytest.raises(DeviceRefused):
            await rig.printer.print_card("i-1:print:1", FACE, None, 10.0)
        assert rig.mechanism.tallies.picked == 1

    async def test_an_unanswered_question_may_be_asked_again(self, rig: PrinterRig) -> None:
        await rig.printer.supplies()
        rig.drop_the_next_answer()
        with pytest.raises(NoReply):
            await rig.printer.status()
        assert (await rig.printer.status()).activity is PrinterActivity.READY

    async def test_cancelling_frees_the_caller_at_once(self, rig: PrinterRig) -> None:
        rig.print_slowly()
        task = asyncio.ensure_future(print_one(rig, "i-1:print:1"))
        await _until(lambda: rig.mechanism.activity is PrinterActivity.PRINTING)
        started_s = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started_s < rig.promptly_s

    async def test_closing_in_mid_print_tells_whoever_waits_at_once(self, rig: PrinterRig) -> None:
        rig.print_slowly()
        task = asyncio.ensure_future(print_one(rig, "i-1:print:1"))
        await _until(lambda: rig.mechanism.activity is PrinterActivity.PRINTING)
        started_s = time.monotonic()
        await rig.printer.close()
        with pytest.raises(OutcomeUnknown):
            await task
        assert time.monotonic() - started_s < rig.promptly_s
        await rig.printer.close()
        assert (await rig.printer.status()).last_operation == "i-1:print:1"

    async def test_an_unplugged_printer_is_known_at_once_and_served_again(self, rig: PrinterRig) -> None:
        await rig.printer.status()
        await rig.unplug()
        started_s = time.monotonic()
        with pytest.raises(DeviceError):
            await rig.printer.status()
        with pytest.raises(DeviceUnavailable):
            await rig.printer.status()
        assert (await rig.printer.readiness()).problems == ("device-unavailable",)
        assert time.monotonic() - started_s < rig.promptly_s
        await rig.plug()
        await print_one(rig, "i-1:print:1")

    async def test_what_it_cannot_do_it_says_and_refuses(self, rig: PrinterRig) -> None:
        commands: dict[PrinterAbility, Callable[[], Awaitable[object]]] = {
            PrinterAbility.ENCODER: lambda: rig.printer.feed_to_encoder("i-1:feed"),
            PrinterAbility.EJECT: lambda: rig.printer.eject("i-1:eject"),
            PrinterAbility.CARD_COUNTER: rig.printer.counters,
        }
        lacking = set(PrinterAbility) - rig.printer.abilities
        assert set((await rig.printer.readiness()).limits) == {f"printer-lacks-{one.value}" for one in lacking}
        for ability in lacking & set(commands):
            with pytest.raises(DeviceRefused) as caught:
                await commands[ability]()
            assert caught.value.message_id == f"printer-lacks-{ability.value}"
        assert (PrinterAbility.TEMPERATURE in lacking) == ((await rig.printer.status()).temperature_c is None)
        assert rig.mechanism.tallies.picked == 0


async def _until(true: Callable[[], bool], deadline_s: float = 5.0) -> None:
    async with asyncio.timeout(deadline_s):
        while not true():  # noqa: ASYNC110 - the thing watched is a simulator's state
            await asyncio.sleep(0.01)
