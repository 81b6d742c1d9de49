"""Driver of the Fargo HDP5000 through its agent: JSON lines over TCP, one request at a time.

The agent runs beside the vendor's library and answers a physical command at once; this
driver then asks for the state until that very operation is done. A physical command is
sent once; when its answer is lost the outcome is unknown and only the printer's state
leads out. Address: `tcp://host:port`. Options: `station` (who claims the printer),
`reply_timeout_s`, `poll_s`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.printer.agent_wire import LONGEST_LINE_BYTES, decode_counters, decode_status, decode_supplies
from station.devices.printer.interface import (
    ALL_ABILITIES,
    CardPrinter,
    PrinterAbility,
    PrinterActivity,
    PrinterCondition,
    PrinterCounters,
    PrinterStatus,
    PrinterSupplies,
)
from station.domain.errors import BadInput

_CONNECT_TIMEOUT_S = 5.0
_LINK_GRACE_S = 5.0
_TEMPERATURE, _HOPPER = "printer-fact-temperature", "printer-fact-hopper"
_RIBBON, _FILM = "printer-fact-ribbon", "printer-fact-film"


def open_printer(address: str, name: str, options: Mapping[str, str]) -> CardPrinter:
    """Make the driver; raises BadInput when the address is not `tcp://host:port`."""
    return Hdp5000(address, name, options)


class Hdp5000:
    """One printer behind its agent."""

    def __init__(self, address: str, name: str, options: Mapping[str, str]) -> None:
        parts = urlsplit(address)
        if parts.scheme != "tcp" or not parts.hostname or not parts.port:
            raise BadInput("printer-address-wrong", address=address)
        self._host, self._port = parts.hostname, parts.port
        self._name = name
        self._station = options.get("station", "station")
        self._reply_timeout_s = float(options.get("reply_timeout_s", "10"))
        self._poll_s = float(options.get("poll_s", "0.2"))
        self._lock = asyncio.Lock()
        self._link: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._number = 0
        self._closings = 0

    @property
    def abilities(self) -> frozenset[PrinterAbility]:
        """Return that this printer can do everything."""
        return ALL_ABILITIES

    async def identity(self) -> DeviceIdentity:
        """Return who the printer says it is."""
        result = await self._ask("hello", {"station": self._station})
        return DeviceIdentity(*(str(result.get(key, "")) for key in ("make", "model", "serial", "firmware")))

    async def readiness(self) -> Readiness:
        """Return every condition that keeps the printer from starting a card, and its levels."""
        try:
            status, supplies = await self.status(), await self.supplies()
        except DeviceError as error:
            return Readiness((error.message_id,))
        problems = [f"printer-{condition.value}" for condition in status.conditions]
        if status.activity is PrinterActivity.WARMING:
            problems.append("printer-warming")
        elif status.activity is not PrinterActivity.READY and not problems:
            problems.append("printer-busy")
        if supplies.hopper_count == 0:
            problems.append(f"printer-{PrinterCondition.HOPPER_EMPTY.value}")
        details = {_RIBBON: f"{supplies.ribbon_percent} %", _FILM: f"{supplies.film_percent} %"}
        if status.temperature_c is not None:
            details = {_TEMPERATURE: f"{status.temperature_c:.0f} °C", **details}
        if supplies.hopper_count is not None:
            details[_HOPPER] = str(supplies.hopper_count)
        return Readiness(tuple(dict.fromkeys(problems)), details)

    async def status(self) -> PrinterStatus:
        """Return the present state."""
        return decode_status(self._name, await self._ask("status"))

    async def counters(self) -> PrinterCounters:
        """Return the card counter."""
        return decode_counters(self._name, await self._ask("counters"))

    async def supplies(self) -> PrinterSupplies:
        """Return ribbon, film and hopper."""
        return decode_supplies(self._name, await self._ask("supplies"))

    async def feed_to_encoder(self, operation_id: str, timeout_s: float = 100.0) -> None:
        """Move one card from the hopper to the encoder."""
        await self._move("feed", operation_id, {}, timeout_s)

    async def print_card(
        self, operation_id: str, front_png: bytes, back_png: bytes | None, timeout_s: float = 100.0
    ) -> None:
        """Print the card inside and wait until the printer says that this operation is done."""
        faces = {"front": base64.b64encode(front_png).decode()}
        if back_png is not None:
            faces["back"] = base64.b64encode(back_png).decode()
        await self._move("print", operation_id, faces, timeout_s)

    async def eject(self, operation_id: str, timeout_s: float = 30.0) -> None:
        """Move the card inside to the output."""
        await self._move("eject", operation_id, {}, timeout_s)

    async def close(self) -> None:
        """Close the connection; the agent lets go of the printer, and whoever waits for a movement is told at once."""
        self._closings += 1
        await self._drop_link()

    async def _drop_link(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link[1].close()
            with contextlib.suppress(OSError):
                await link[1].wait_closed()

    async def _move(self, command: str, operation_id: str, extra: Mapping[str, str], timeout_s: float) -> None:
        loop = asyncio.get_running_loop()
        deadline, closings = loop.time() + timeout_s, self._closings
        await self._prove_link()
        await self._ask(command, {"operation": operation_id, **extra}, physical=True)
        silent_since: float | None = None
        while loop.time() < deadline:
            try:
                status = await self.status()
                silent_since = None
            except DeviceError as error:
                silent_since = silent_since or loop.time()
                if loop.time() - silent_since > min(_LINK_GRACE_S, self._reply_timeout_s):
                    raise OutcomeUnknown(self._name, command) from error
            else:
                if status.last_operation == operation_id and status.last_operation_done:
                    self._check_done(command, status)
                    return
            if closings != self._closings:
                break
            await asyncio.sleep(self._poll_s)
        raise OutcomeUnknown(self._name, command)

    async def _prove_link(self) -> None:
        """Ask something harmless first: a link that died unnoticed must not make a movement doubtful."""
        try:
            await self.status()
        except NoReply:
            await self.status()

    def _check_done(self, command: str, status: PrinterStatus) -> None:
        if status.activity is PrinterActivity.EXCEPTION:
            code = status.conditions[0].value if status.conditions else "exception"
            raise DeviceRefused(self._name, command, code, f"printer-{code}")

    async def _ask(
        self, command: str, body: Mapping[str, Any] | None = None, physical: bool = False
    ) -> Mapping[str, Any]:
        async with self._lock:
            reader, writer = await self._connected()
            try:
                async with asyncio.timeout(self._reply_timeout_s):
                    reply = await self._exchange(reader, writer, command, body or {})
            except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.CancelledError) as error:
                await self._drop_link()
                if isinstance(error, asyncio.CancelledError):
                    raise
                raise (OutcomeUnknown if physical else NoReply)(self._name, command) from error
            except BadReply as error:
                await self._drop_link()  # what comes next on this line may still be the answer to this command
                if physical:
                    raise OutcomeUnknown(self._name, command) from error
                raise
        if reply.get("ok") is True:
            result = reply.get("result", {})
            return result if isinstance(result, dict) else {}
        code = str(reply.get("code", "refused"))
        raise DeviceRefused(self._name, command, code, f"printer-{code}")

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._link is None:
            try:
                async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                    self._link = await asyncio.open_connection(self._host, self._port, limit=LONGEST_LINE_BYTES)
                    await self._exchange(*self._link, "hello", {"station": self._station})
            except (OSError, TimeoutError, BadReply) as error:
                await self._drop_link()
                raise DeviceUnavailable(self._name, "connect") from error
            except asyncio.CancelledError:
                await self._drop_link()
                raise
        return self._link

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, command: str, body: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        self._number += 1
        writer.write(json.dumps({"id": self._number, "command": command, **body}).encode() + b"\n")
        await writer.drain()
        try:
            line = await reader.readline()
        except ValueError as error:  # longer than any reply
            raise BadReply(self._name, command) from error
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the agent closed the connection")
        try:
            reply = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadReply(self._name, command) from error
        if not isinstance(reply, dict) or reply.get("id") != self._number:
            raise BadReply(self._name, command)
        return reply
