"""The contract of card printers: the HDP5000 behind its agent, and a page printer by IPP, with one mechanism behind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from simulators.cards.chip import ChipCard
from simulators.cards.slot import CardSlot
from simulators.faults import FaultScript, parse_fault
from simulators.printer.agent import PrinterAgent, PrinterTiming
from simulators.printer.hands import PrinterHands
from simulators.printer.ipp_printer import IppCardPrinter
from simulators.printer.mechanism import PrinterMechanism
from station.devices.printer import hdp5000, ipp
from station.devices.printer.interface import CardPrinter
from tests.contract.printer_contract import PrinterContract

_BLANKS = 10
_SLOWLY_S = 3.0


class _Rig:
    promptly_s = 1.0
    printer: CardPrinter

    def __init__(self) -> None:
        self.faults = FaultScript()
        self.mechanism = PrinterMechanism(self.faults, CardSlot())
        self.hands = PrinterHands(self.mechanism)
        self.hands.load(ChipCard(b"\x04" + number.to_bytes(6)) for number in range(_BLANKS))

    def jam_at_print(self) -> None:
        self.faults.add(parse_fault("printer print_card 1 jam"))

    def strike(self, line: str) -> None:
        self.faults.add(parse_fault(line))


class AgentRig(_Rig):
    """The HDP5000 driver and the printer's agent."""

    async def start(self) -> None:
        self._agent = PrinterAgent(self.mechanism, PrinterTiming(factor=0.002))
        options = {"reply_timeout_s": "1", "poll_s": "0.02"}
        self.printer = hdp5000.open_printer(f"tcp://127.0.0.1:{await self._agent.start()}", "pencetak", options)

    async def stop(self) -> None:
        await self.printer.close()
        await self._agent.stop()

    def lose_the_answer_to_print(self) -> None:
        self.strike("printer print_card 1 lost-reply")

    def drop_the_next_answer(self) -> None:
        self.strike("printer status 1 drop")

    def print_slowly(self) -> None:
        self._agent._timing = PrinterTiming(print_s=_SLOWLY_S, feed_s=0.01)

    async def unplug(self) -> None:
        await self._agent.stop()

    async def plug(self) -> None:
        await self._agent.start(self._agent.port)


class IppRig(_Rig):
    """The IPP driver and a printer on HTTP."""

    async def start(self) -> None:
        self.far_end = IppCardPrinter(self.mechanism, self.faults, print_s=0.05)
        options = {"reply_timeout_s": "1", "poll_s": "0.02"}
        self.printer = ipp.open_printer(await self.far_end.start(), "pencetak", options)

    async def stop(self) -> None:
        await self.printer.close()
        await self.far_end.stop()

    def lose_the_answer_to_print(self) -> None:
        self.strike("ipp print-job 1 lost-reply")

    def drop_the_next_answer(self) -> None:
        self.strike("ipp get-printer-attributes 1 lost-reply")

    def print_slowly(self) -> None:
        self.far_end.jobs.print_s = _SLOWLY_S

    async def unplug(self) -> None:
        await self.far_end.unplug()

    async def plug(self) -> None:
        await self.far_end.start()


class TestHdp5000(PrinterContract):
    """The driver of the printer's agent keeps the contract."""

    @pytest.fixture
    async def rig(self) -> AsyncIterator[AgentRig]:
        made = AgentRig()
        await made.start()
        yield made
        await made.stop()


class TestIppPrinter(PrinterContract):
    """The page printer keeps the contract, except for what it says it cannot do."""

    @pytest.fixture
    async def rig(self) -> AsyncIterator[IppRig]:
        made = IppRig()
        await made.start()
        yield made
        await made.stop()
