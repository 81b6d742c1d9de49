"""A card printer on the network that speaks the Internet Printing Protocol: HTTP in front of the same mechanism.

Faults strike the protocol by operation, `ipp print-job 1 lost-reply`, and the mechanism by
its own names, `printer print_card 1 jam`. On the wire: `lost-command` (taken by nobody),
`lost-reply` (the job is taken, the line goes), `silence`, `slow seconds=1`, `garbage`,
`truncated`, `other-number` (the answer to another request), `busy`, `half-page` (an HTTP
error page).

Does not simulate: TLS, authentication, DNS-SD, two connections' fairness.
"""

from __future__ import annotations

import asyncio

import h11
from ippx import IppDecodeError, Operation, decode

from simulators.far_end import Faults, TcpFarEnd
from simulators.faults import Fault
from simulators.printer.ipp_answers import IppAnswers
from simulators.printer.ipp_jobs import IppJobs
from simulators.printer.mechanism import PrinterMechanism

_PATH = "/ipp/print"
_LARGEST_BODY_BYTES = 64 * 1024 * 1024
_READ_BYTES = 65536
_NAMES = {operation: operation.name.lower().replace("_", "-") for operation in Operation}


class IppCardPrinter:
    """One printer at `ipp://127.0.0.1:port/ipp/print`."""

    def __init__(self, printer: PrinterMechanism, faults: Faults, print_s: float = 0.05) -> None:
        self.jobs = IppJobs(printer, print_s)
        self._faults = faults
        self._far_end = TcpFarEnd(self._converse)

    @property
    def address(self) -> str:
        """Return the printer's address as a driver takes it."""
        return f"ipp://127.0.0.1:{self._far_end.port}{_PATH}"

    async def start(self) -> str:
        """Plug it in; return its address, which stays the same over `stop` and `start`."""
        await self._far_end.start()
        self.jobs.start()
        return self.address

    async def stop(self) -> None:
        """Pull the network cable and stop working."""
        await self._far_end.stop()
        await self.jobs.stop()

    async def unplug(self) -> None:
        """Pull the network cable; what is being printed goes on."""
        await self._far_end.stop()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while True:
            request, body = await _request(connection, reader, writer)
            if request is None:
                return
            if not await self._serve(connection, writer, request, body):
                return
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()

    async def _serve(
        self, connection: h11.Connection, writer: asyncio.StreamWriter, request: h11.Request, body: bytes
    ) -> bool:
        kind = next((value.decode("latin-1") for name, value in request.headers if name == b"content-type"), "")
        if request.method != b"POST" or kind.partition(";")[0].strip() != "application/ipp":
            await _send(connection, writer, 405 if request.method != b"POST" else 415, "text/plain", b"")
            return True
        if request.target.decode("latin-1").partition("?")[0] != _PATH:
            await _send(connection, writer, 404, "text/plain", b"")
            return True
        fault = self._faults.take("ipp", _operation(body))
        reply = await self._reply(body, fault)
        if reply is None:
            return False
        overloaded = fault is not None and fault.action == "half-page"
        status, kind = (503, "text/html") if overloaded else (200, "application/ipp")
        await _send(connection, writer, status, kind, reply)
        return True

    async def _reply(self, body: bytes, fault: Fault | None) -> bytes | None:
        action = fault.action if fault is not None else ""
        if action in ("lost-command", "half-page"):
            return None if action == "lost-command" else b"<html><h1>Sibuk"
        if action == "silence":
            await asyncio.sleep(3600)
        if action == "slow" and fault is not None:
            await asyncio.sleep(fault.number("seconds", 1.0))
        answers = IppAnswers(self.jobs, self.address)
        reply = answers.answer(body, busy=action == "busy")
        match action:
            case "lost-reply":
                return None
            case "garbage":
                return bytes(reversed(reply))
            case "truncated":
                return reply[: len(reply) // 2]
            case "other-number":
                return reply[:4] + (int.from_bytes(reply[4:8]) + 1).to_bytes(4) + reply[8:]
        return reply


def _operation(body: bytes) -> str:
    try:
        return _NAMES.get(Operation(decode(body).code), "unknown")
    except (IppDecodeError, ValueError):
        return "unknown"


async def _request(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[h11.Request | None, bytes]:
    request: h11.Request | None = None
    body = bytearray()
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError:
            return None, b""
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                writer.write(connection.send(go_on) or b"")
                await writer.drain()
            connection.receive_data(await reader.read(_READ_BYTES))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LARGEST_BODY_BYTES:
                return None, b""
        elif isinstance(event, h11.EndOfMessage):
            return request, bytes(body)
        else:
            return None, b""


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, status: int, kind: str, body: bytes) -> None:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    head = connection.send(h11.Response(status_code=status, headers=headers)) or b""
    rest = connection.send(h11.Data(data=body)) or b""
    writer.write(head + rest + (connection.send(h11.EndOfMessage()) or b""))
    await writer.drain()
