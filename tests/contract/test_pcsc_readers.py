"""The smart card driver on a private pcscd with the real libccid, over the simulated readers."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from simulators.cards.slot import CardSlot
from simulators.faults import FaultScript, parse_fault
from simulators.usb.ccid import encoder_reader, sam_reader
from simulators.usb.pcsc import PcscStack, pcsc_is_possible
from simulators.usb.usbip_server import UsbipServer
from station.devices.errors import DeviceError, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.smartcard.pcsc import PcscReader, open_reader
from station.domain.errors import BadInput

reason = pcsc_is_possible()
pytestmark = [pytest.mark.bench, pytest.mark.skipif(bool(reason), reason=reason)]
ATR = bytes.fromhex("3B951381018073FF01000B")
SELECT = bytes.fromhex("00A4040002A0B1")


class EchoCard:
    """A card that returns the command backwards and counts what it got."""

    def __init__(self) -> None:
        self.commands: list[bytes] = []
        self.resets = 0

    def power_on(self) -> bytes:
        self.resets += 1
        return ATR

    def power_off(self) -> None:
        """Nothing is kept."""

    def process(self, apdu: bytes) -> bytes:
        self.commands.append(apdu)
        return apdu[::-1] + b"\x90\x00"


class ReaderBench:
    """Two readers on one service."""

    def __init__(self, run_dir: Path) -> None:
        self.faults = FaultScript()
        self.server = UsbipServer()
        self.sam_slot, self.encoder_slot = CardSlot(), CardSlot()
        self.models = {
            "1-3": sam_reader(self.sam_slot, self.faults),
            "1-4": encoder_reader(self.encoder_slot, self.faults),
        }
        for bus_id, model in self.models.items():
            self.server.plug(bus_id, model)
        self.stack = PcscStack(run_dir, self.server.host, self.server.port)

    def close(self) -> None:
        self.stack.close()
        self.server.close()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderBench]:
    bench = ReaderBench(tmp_path_factory.mktemp("pcsc"))
    yield bench
    bench.close()


@pytest.fixture
async def sam(bench: ReaderBench) -> AsyncIterator[PcscReader]:
    reader = open_reader("pcsc:SAM-0001", "sam", {"socket": str(bench.stack.socket), "transmit_timeout_s": "4"})
    assert await becomes(lambda: is_ready(reader))
    yield reader
    bench.sam_slot.remove()
    assert await reader.wait_for_card(False, 5.0)
    await reader.close()


@pytest.fixture
async def encoder(bench: ReaderBench) -> AsyncIterator[PcscReader]:
    reader = open_reader("pcsc:*encoder*", "encoder", {"socket": str(bench.stack.socket)})
    assert await becomes(lambda: is_ready(reader))
    yield reader
    bench.encoder_slot.remove()
    assert await reader.wait_for_card(False, 5.0)
    await reader.close()


async def is_ready(reader: PcscReader) -> bool:
    try:
        return (await reader.readiness()).ready
    except NoReply:
        return False


async def becomes(condition: Callable[[], Awaitable[bool]], within_s: float = 8.0) -> bool:
    deadline_s = time.monotonic() + within_s
    while not await condition():
        if time.monotonic() > deadline_s:
            return False
        await asyncio.sleep(0.05)
    return True


async def test_readers_are_told_apart_by_name(sam: PcscReader, encoder: PcscReader) -> None:
    assert "SAM-0001" in (await sam.identity()).model
    assert (await encoder.identity()).serial == "ENCODER-0001"


async def test_a_card_answers_short_and_extended_commands(bench: ReaderBench, sam: PcscReader) -> None:
    card = EchoCard()
    bench.sam_slot.insert(card)
    assert await sam.wait_for_card(True, 3.0)
    channel = await sam.connect()
    assert channel.answer_to_reset == ATR
    assert (await channel.transmit(SELECT)).data == SELECT[::-1]
    extended = bytes.fromhex("00D60000000400") + bytes(1024)
    answer = await channel.transmit(extended)
    assert answer.ok
    assert answer.data == extended[::-1]
    await channel.close()
    await channel.close()


async def test_a_reset_gives_the_card_power_again(bench: ReaderBench, sam: PcscReader) -> None:
    card = EchoCard()
    bench.sam_slot.insert(card)
    assert await sam.wait_for_card(True, 3.0)
    channel = await sam.connect()
    before = card.resets
    await channel.reset()
    assert card.resets > before
    assert (await channel.transmit(SELECT)).ok
    await channel.close()


async def test_coming_and_going_of_a_card_is_seen(bench: ReaderBench, encoder: PcscReader) -> None:
    assert not await encoder.card_present()
    assert not await encoder.wait_for_card(True, 0.1)
    timer = threading.Timer(0.2, bench.encoder_slot.insert, (EchoCard(),))
    timer.start()
    started_s = time.monotonic()
    assert await encoder.wait_for_card(True, 5.0)
    assert time.monotonic() - started_s < 2.0
    bench.encoder_slot.remove()
    assert await encoder.wait_for_card(False, 5.0)


async def test_without_a_card_there_is_nothing_to_connect_to(encoder: PcscReader) -> None:
    with pytest.raises(DeviceUnavailable) as missing:
        await encoder.connect()
    assert missing.value.message_id == "pcsc-no-card"


@pytest.mark.parametrize("action", ["tear", "mute", "unplug seconds=0.3"])
async def test_a_command_not_answered_has_an_unknown_outcome(bench: ReaderBench, sam: PcscReader, action: str) -> None:
    bench.sam_slot.insert(EchoCard())
    assert await sam.wait_for_card(True, 5.0)
    channel = await sam.connect()
    bench.faults.add(parse_fault(f"smartcard-sam transmit 1 {action}"))
    with pytest.raises(OutcomeUnknown):
        await channel.transmit(SELECT)
    await channel.close()
    assert await becomes(lambda: is_ready(sam))


@pytest.mark.parametrize("action", ["duplicated", "late", "misnumbered"])
async def test_a_reader_out_of_step_is_in_step_again_once_it_connects_anew(
    bench: ReaderBench, sam: PcscReader, action: str
) -> None:
    # libccid does not compare the running number of a card's answer, and PC/SC hands none on: what is
    # taken for an answer then is for the dialogue with the card to tell (tests/contract/test_chip_out_of_step.py)
    bench.sam_slot.insert(EchoCard())
    assert await sam.wait_for_card(True, 5.0)
    channel = await sam.connect()
    bench.faults.add(parse_fault(f"smartcard-sam transmit 1 {action}"))
    with contextlib.suppress(DeviceError):
        for _number in range(2):
            await channel.transmit(SELECT)
    await channel.close()

    async def in_step() -> bool:
        try:  # libccid may take the stray answer for that of the reset: the card then counts as mute, once
            again = await sam.connect()
        except DeviceUnavailable:
            return False
        for number in range(3):
            command = SELECT + bytes((number,))
            assert (await again.transmit(command)).data == command[::-1]
        await again.close()
        return True

    assert await becomes(in_step)


@pytest.mark.parametrize("action", ["silence", "garbage"])
async def test_a_reader_that_hangs_costs_the_deadline_and_is_freed_by_replugging(
    bench: ReaderBench, sam: PcscReader, action: str
) -> None:
    bench.sam_slot.insert(EchoCard())
    assert await sam.wait_for_card(True, 5.0)
    hasty = open_reader("pcsc:SAM", "sam", {"socket": str(bench.stack.socket), "transmit_timeout_s": "0.3"})
    channel = await hasty.connect()
    bench.faults.add(parse_fault(f"smartcard-sam transmit 1 {action}"))
    with pytest.raises(OutcomeUnknown):
        await channel.transmit(SELECT)
    started_s = time.monotonic()
    with pytest.raises(NoReply):
        await hasty.card_present()
    assert time.monotonic() - started_s < 0.5
    bench.server.unplug("1-3")
    await asyncio.sleep(0.5)
    bench.server.plug("1-3", bench.models["1-3"])
    assert await becomes(lambda: is_ready(hasty))
    await channel.close()
    await hasty.close()


async def test_a_slow_card_is_waited_for(bench: ReaderBench, sam: PcscReader) -> None:
    card = EchoCard()
    bench.sam_slot.insert(card)
    assert await sam.wait_for_card(True, 5.0)
    channel = await sam.connect()
    bench.faults.add(parse_fault("smartcard-sam transmit 1 slow seconds=1.5"))
    assert (await channel.transmit(SELECT)).ok
    assert card.commands == [SELECT]
    await channel.close()


async def test_a_restart_of_the_service_is_survived(bench: ReaderBench, sam: PcscReader) -> None:
    bench.sam_slot.insert(EchoCard())
    assert await sam.wait_for_card(True, 5.0)
    channel = await sam.connect()
    bench.stack.stop_service()
    assert (await sam.readiness()).problems == ("pcsc-no-service",)
    bench.stack.start_service()
    assert await becomes(lambda: is_ready(sam))
    with pytest.raises((DeviceUnavailable, OutcomeUnknown)):
        await channel.transmit(SELECT)
    await channel.close()
    assert await sam.wait_for_card(True, 5.0)
    again = await sam.connect()
    assert (await again.transmit(SELECT)).ok
    await again.close()


async def test_an_unplugged_reader_is_missed_and_found_again(bench: ReaderBench, encoder: PcscReader) -> None:
    bench.server.unplug("1-4")

    async def missing() -> bool:
        return (await encoder.readiness()).problems == ("pcsc-no-reader",)

    assert await becomes(missing)
    bench.server.plug("1-4", bench.models["1-4"])
    assert await becomes(lambda: is_ready(encoder))


async def test_a_pattern_that_fits_two_readers_is_refused(
    bench: ReaderBench, sam: PcscReader, encoder: PcscReader
) -> None:
    assert (await sam.identity()).model != (await encoder.identity()).model
    reader = open_reader("pcsc:OMNIKEY", "any", {"socket": str(bench.stack.socket)})
    assert (await reader.readiness()).problems == ("pcsc-reader-ambiguous",)
    await reader.close()


def test_an_address_without_a_name_is_refused() -> None:
    with pytest.raises(BadInput):
        open_reader("pcsc:", "sam", {})
