"""A card's dialogue over a reader whose answers come twice, too late, or out of nothing, on the real pcscd and libccid.

Neither libccid nor PC/SC can tell such an answer from the right one. The chip profile can: what it calls written is
written, what it reads is what is there, or it ends in an error.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from simulators.cards.chip import ChipCard
from simulators.cards.sam import Sam
from simulators.cards.slot import CardSlot
from simulators.cards.test_keys import TEST_PIN
from simulators.faults import FaultScript, parse_fault
from simulators.usb.ccid import encoder_reader, sam_reader
from simulators.usb.pcsc import PcscStack, pcsc_is_possible
from simulators.usb.usbip_server import UsbipServer
from station.devices.smartcard.pcsc import PcscReader, open_reader
from station.domain.errors import StationError
from station.print.chip.ocp1 import OpenChipProfile
from station.print.chip.ocp1_wire import ChipState
from station.print.chip.profile import ChipMark
from tests.unit.print.chip_bench import STATION, TRUST, chip_record

reason = pcsc_is_possible()
pytestmark = [pytest.mark.bench, pytest.mark.skipif(bool(reason), reason=reason)]
INTENT = "0" * 31 + "7"
ACTIONS = ("duplicated", "late", "misnumbered")
TRUE_MARKS = {
    ChipState.BLANK: ChipMark.BLANK,
    ChipState.OPEN: ChipMark.OPEN,
    ChipState.SEALED: ChipMark.SEALED,
}


class Encoder:
    """A module and a chip on two readers of one service."""

    def __init__(self, run_dir: Path) -> None:
        self.faults = FaultScript()
        self.profile = OpenChipProfile()
        self.sam_slot, self.card_slot = CardSlot(), CardSlot()
        self.sam_slot.insert(Sam())
        self._server = UsbipServer()
        self._server.plug("1-3", sam_reader(self.sam_slot, self.faults))
        self._server.plug("1-4", encoder_reader(self.card_slot, self.faults))
        self._stack = PcscStack(run_dir, self._server.host, self._server.port)
        options = {"socket": str(self._stack.socket), "transmit_timeout_s": "4"}
        self.sam: PcscReader = open_reader("pcsc:SAM-0001", "sam", options)
        self.reader: PcscReader = open_reader("pcsc:ENCODER-0001", "encoder", options)

    async def lay(self, number: int) -> ChipCard:
        """Lay a new chip on the encoder."""
        self.card_slot.remove()
        assert await self.reader.wait_for_card(False, 5.0)
        chip = ChipCard(bytes.fromhex("04A1B2C3D4") + number.to_bytes(2, "big"))
        self.card_slot.insert(chip)
        assert await self.reader.wait_for_card(True, 5.0)
        return chip

    async def personalise(self) -> bool:
        """Write the chip; tell whether that is called a success."""
        sam = card = None
        try:
            sam, card = await self.sam.connect(), await self.reader.connect()
            await self.profile.activate_sam(sam, TEST_PIN, STATION)
            prepared = self.profile.prepare(chip_record(small=True))
            await self.profile.personalise(sam, card, prepared, INTENT, STATION, TRUST)
        except StationError:
            return False
        finally:
            for channel in (sam, card):
                if channel is not None:
                    await channel.close()
        return True

    async def witness(self) -> ChipMark | None:
        """Read the chip's mark; nothing where that ends in an error."""
        card = None
        try:
            card = await self.reader.connect()
            return (await self.profile.witness(card)).mark
        except StationError:
            return None
        finally:
            if card is not None:
                await card.close()

    async def soon(self, work: Callable[[], Awaitable[object]]) -> object:
        """Do something until it gives something: a reader out of step may call its card mute once."""
        for _try in range(4):
            if found := await work():
                return found
        return None

    async def close(self) -> None:
        """End everything."""
        await self.sam.close()
        await self.reader.close()
        self._stack.close()
        self._server.close()


@pytest.fixture
async def encoder(tmp_path: Path) -> AsyncIterator[Encoder]:
    made = Encoder(tmp_path)
    assert await made.sam.wait_for_card(True, 8.0)
    yield made
    await made.close()


async def test_a_chip_is_called_written_only_when_it_is(encoder: Encoder) -> None:
    source = random.Random(20260723)
    called_written = 0
    for number in range(8):
        chip = await encoder.lay(number)
        device, action = source.choice(["smartcard-encoder", "smartcard-sam"]), source.choice(ACTIONS)
        encoder.faults.add(parse_fault(f"{device} transmit {source.randint(1, 14)} {action}"))
        written = await encoder.personalise()
        called_written += written
        assert not written or chip.mark.state is ChipState.SEALED
        assert await encoder.soon(encoder.witness) is TRUE_MARKS[chip.mark.state]
        if not written:
            assert await encoder.soon(encoder.personalise)
            assert chip.mark.state is ChipState.SEALED
    assert len(encoder.faults.struck()) == 8
    assert called_written < 8


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_mark_read_out_of_step_is_the_true_one_or_none(encoder: Encoder, action: str) -> None:
    await encoder.lay(1)
    assert await encoder.personalise()
    for at in (1, 2):
        encoder.faults.add(parse_fault(f"smartcard-encoder transmit {at} {action}"))
        assert await encoder.witness() in (ChipMark.SEALED, None)
        assert await encoder.soon(encoder.witness) is ChipMark.SEALED
