"""The printer's network agent: JSON lines over TCP as docs/protocols/hdp5000-agent.md says.

A physical command is answered at once with `accepted` or a refusal, then takes its
time, scaled by a factor. Faults strike by name: `printer feed_to_encoder 3 jam`,
`printer print_card 2 lost-reply`, `printer status 5 drop`. Of the line: `drop`, `lost-command`,
`lost-reply`, `stale-ready`; of the card: `feed-failed`, `double-pick`, `jam`, `ribbon-out`,
`ribbon-break`, `film-out`, `temperature`, `power-cut seconds=N`.

Does not simulate: the vendor's Windows library behind a real agent.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulators.far_end import TcpFarEnd
from simulators.faults import Fault
from simulators.printer.mechanism import EJECT, FEED, PRINT, PrinterMechanism
from station.devices.printer.agent_wire import LONGEST_LINE_BYTES, encode_status, encode_supplies

_PHYSICAL = {"feed": FEED, "print": PRINT, "eject": EJECT}


@dataclass(frozen=True, slots=True)
class PrinterTiming:
    """Seconds each movement takes at factor 1."""

    feed_s: float = 5.0
    print_s: float = 24.0
    print_both_s: float = 33.0
    eject_s: float = 2.0
    factor: float = 1.0

    def seconds(self, operation: str, both_sides: bool = False) -> float:
        """Return how long an operation takes here; printing both sides includes turning the card over."""
        print_s = self.print_both_s if both_sides else self.print_s
        return self.factor * {FEED: self.feed_s, PRINT: print_s, EJECT: self.eject_s}[operation]


class PrinterAgent:
    """Serves one printer; the first station that claims it keeps it while its connection lives."""

    def __init__(self, printer: PrinterMechanism, timing: PrinterTiming | None = None) -> None:
        self._printer = printer
        self._timing = timing or PrinterTiming()
        self._far_end = TcpFarEnd(self._converse)
        self._movements: set[asyncio.Task[None]] = set()
        self._holder: tuple[str, asyncio.StreamWriter] | None = None

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return self._far_end.port

    async def start(self, port: int = 0) -> int:
        """Listen and return the port."""
        return await self._far_end.start(port)

    async def stop(self) -> None:
        """Stop listening; a movement under way ends where it is."""
        for task in list(self._movements):
            task.cancel()
        await self._far_end.stop()

    async def cut_power(self) -> None:
        """Take the power away: connections break, movements stop half-way."""
        self._printer.power_off()
        await self.stop()

    async def restore_power(self) -> None:
        """Give power back and listen on the same port."""
        self._printer.power_on()
        await self.start(self.port)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        station = ""
        try:
            while line := await _long_line(reader):
                request = json.loads(line)
                if request.get("command") == "hello":
                    station = str(request.get("station", ""))
                reply = await self._answer(request, station, writer)
                if reply is None:
                    return
                writer.write(json.dumps({"id": request.get("id"), **reply}).encode() + b"\n")
                await writer.drain()
        finally:
            if self._holder is not None and self._holder[1] is writer:
                self._holder = None

    async def _answer(
        self, request: Mapping[str, Any], station: str, writer: asyncio.StreamWriter
    ) -> dict[str, Any] | None:
        command = str(request.get("command"))
        if command in _PHYSICAL:
            return await self._physical(request, station, writer)
        fault = self._printer.faults.take("printer", command)
        if fault is not None and fault.action in ("drop", "lost-reply"):
            return None
        result = self._result(command)
        return {"ok": False, "code": "unknown-command"} if result is None else {"ok": True, "result": result}

    def _held_by(self) -> str:
        return self._holder[0] if self._holder is not None and not self._holder[1].is_closing() else ""

    def _result(self, command: str) -> dict[str, Any] | None:
        match command:
            case "hello":
                who = {"make": "Fargo", "model": "HDP5000", "serial": self._printer.serial}
                return who | {"firmware": "SIMULASI 1.0"}
            case "status":
                return encode_status(replace(self._printer.status(), held_by=self._held_by()))
            case "counters":
                counters = self._printer.counters()
                return {"serial": counters.printer_serial, "card_count": counters.card_count}
            case "supplies":
                return encode_supplies(self._printer.supplies())
        return None

    async def _physical(
        self, request: Mapping[str, Any], station: str, writer: asyncio.StreamWriter
    ) -> dict[str, Any] | None:
        if not station:
            return {"ok": False, "code": "no-hello"}
        if self._holder is not None and self._holder[0] != station and not self._holder[1].is_closing():
            return {"ok": False, "code": "held-by-other"}
        self._holder = (station, writer)
        operation_id, name = str(request["operation"]), _PHYSICAL[str(request["command"])]
        fault = self._printer.faults.take("printer", name)
        if fault is not None and fault.action == "lost-command":
            return None
        front, back = (_picture(request, side) for side in ("front", "back"))
        before = self._printer.status()
        refusal = self._printer.begin(operation_id, name, front, back)
        if refusal:
            return {"ok": False, "code": refusal}
        if fault is not None and fault.action == "stale-ready":
            self._printer.remember_stale(before, int(fault.number("replies", 5)))
        self._start(operation_id, self._timing.seconds(name, back is not None), fault)
        if fault is not None and fault.action in ("lost-reply", "power-cut"):
            await asyncio.wait(set(self._movements), timeout=120.0)
            return None
        return {"ok": True, "result": {"accepted": operation_id}}

    def _start(self, operation_id: str, lasts_s: float, fault: Fault | None) -> None:
        task = asyncio.create_task(self._move(operation_id, lasts_s, fault))
        self._movements.add(task)
        task.add_done_callback(self._movements.discard)

    async def _move(self, operation_id: str, lasts_s: float, fault: Fault | None) -> None:
        await asyncio.sleep(lasts_s)
        if fault is not None and fault.action == "power-cut":
            if fault.settings.get("when") == "after":
                self._printer.finish(operation_id)
            self._printer.power_off()
            back = asyncio.create_task(self._come_back(fault.number("seconds", 2.0)))
            self._movements.add(back)
            back.add_done_callback(self._movements.discard)
            return
        self._printer.finish(operation_id, fault)

    async def _come_back(self, after_s: float) -> None:
        port = self.port
        await self._far_end.stop()
        await asyncio.sleep(after_s)
        self._printer.power_on()
        await self._far_end.start(port)


def _picture(request: Mapping[str, Any], side: str) -> bytes | None:
    return base64.b64decode(request[side]) if side in request else None


async def _long_line(reader: asyncio.StreamReader) -> bytes:
    line = b""
    while not line.endswith(b"\n") and len(line) < LONGEST_LINE_BYTES:
        try:
            return line + await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as error:
            line += await reader.readexactly(error.consumed)
        except asyncio.IncompleteReadError:
            return b""
    return line
