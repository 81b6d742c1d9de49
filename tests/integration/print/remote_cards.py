"""Card slots over a loopback socket, so that a killed process leaves the cards as they are."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from simulators.cards.slot import CardGone, CardSlot
from simulators.far_end import TcpFarEnd
from simulators.printer.hands import PrinterHands
from station.devices.errors import DeviceUnavailable, OutcomeUnknown
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.smartcard.interface import ResponseApdu


class SlotServer:
    """Serves slots by name, one JSON request a line."""

    def __init__(self, slots: dict[str, CardSlot], hands: PrinterHands) -> None:
        self._slots = slots
        self._hands = hands
        self._far_end = TcpFarEnd(self._converse)

    async def start(self) -> int:
        """Listen and return the port."""
        return await self._far_end.start()

    async def stop(self) -> None:
        """Stop listening."""
        await self._far_end.stop()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(self._answer(json.loads(line))).encode() + b"\n")
            await writer.drain()

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["what"] == "take_output":
            self._hands.take_output()
            return {}
        slot = self._slots[request["slot"]]
        card = slot.card()
        if request["what"] == "present" or card is None:
            return {"present": card is not None}
        match request["what"]:
            case "on":
                return {"present": True, "atr": card.power_on().hex()}
            case "off":
                card.power_off()
                return {"present": True}
        try:
            return {"present": True, "answer": card.process(bytes.fromhex(request["apdu"])).hex()}
        except CardGone:
            return {"present": False}


class RemoteReader:
    """A SmartCardReader and its channel on a slot of another process."""

    def __init__(self, name: str, port: int) -> None:
        self._name = name
        self._port = port
        self.answer_to_reset = b""

    async def ask(self, what: str, **fields: str) -> dict[str, Any]:
        """Send one request on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(json.dumps({"what": what, "slot": self._name, **fields}).encode() + b"\n")
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def identity(self) -> DeviceIdentity:
        return DeviceIdentity("station", self._name, "", "1")

    async def readiness(self) -> Readiness:
        return Readiness()

    async def card_present(self) -> bool:
        return bool((await self.ask("present"))["present"])

    async def wait_for_card(self, present: bool, timeout_s: float) -> bool:
        for _ in range(int(timeout_s / 0.01) + 1):
            if await self.card_present() is present:
                return True
            await asyncio.sleep(0.01)
        return False

    async def connect(self) -> RemoteReader:
        answer = await self.ask("on")
        if not answer["present"]:
            raise DeviceUnavailable(self._name, "connect", "card-absent")
        channel = RemoteReader(self._name, self._port)
        channel.answer_to_reset = bytes.fromhex(answer["atr"])
        return channel

    async def transmit(self, apdu: bytes) -> ResponseApdu:
        answer = await self.ask("process", apdu=apdu.hex())
        if not answer["present"]:
            raise OutcomeUnknown(self._name, "transmit")
        raw = bytes.fromhex(answer["answer"])
        return ResponseApdu(raw[:-2], int.from_bytes(raw[-2:], "big"))

    async def reset(self) -> None:
        await self.ask("on")

    async def close(self) -> None:
        await self.ask("off")
