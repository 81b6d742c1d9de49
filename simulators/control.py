"""The hands of the people in the room: a line protocol for what a kit cannot do by itself.

A human loads the hopper, takes a card out of the printer, pulls a plug. The
rehearsal and the tests do it here: one JSON object a line over TCP, one answer a
line (`{"ok": true, ...}` or `{"ok": false, "reason": "..."}`). The station never
uses it to do its work.

Does not simulate: hands that drop things.
"""

from __future__ import annotations

import json
import logging
import socketserver
import threading
from collections.abc import Callable, Mapping
from typing import Any

from simulators.faults import Fault, FaultScript, parse_fault

Operation = Callable[[Mapping[str, Any]], Mapping[str, Any]]

_LONGEST_LINE_BYTES = 1 << 20
_log = logging.getLogger(__name__)


class ControlServer:
    """Serves named operations on a loopback port until closed."""

    def __init__(self, operations: Mapping[str, Operation], port: int = 0) -> None:
        handler = _handler(operations)
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="bench-control", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def _handler(operations: Mapping[str, Operation]) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        """One connection: a request a line."""

        def handle(self) -> None:
            """Answer until the other side closes."""
            while line := self.rfile.readline(_LONGEST_LINE_BYTES):
                self.wfile.write(json.dumps(answer(operations, line)).encode() + b"\n")

    return Handler


def fault_operations(faults: FaultScript) -> dict[str, Operation]:
    """Return what a hand can do with a fault script: add a line, see what waits and what has struck."""

    def add(request: Mapping[str, Any]) -> Mapping[str, Any]:
        faults.add(parse_fault(str(request["line"])))
        return {}

    return {
        "fault": add,
        "struck": lambda _request: {"faults": [_line(fault) for fault in faults.struck()]},
        "waiting": lambda _request: {"faults": [_line(fault) for fault in faults.waiting()]},
    }


def _line(fault: Fault) -> str:
    settings = " ".join(f"{name}={value}" for name, value in fault.settings.items())
    return f"{fault.device} {fault.operation} {fault.at} {fault.action} {settings}".strip()


def answer(operations: Mapping[str, Operation], line: bytes) -> dict[str, Any]:
    """Carry out one request and return the answer as it goes over the wire."""
    try:
        request = json.loads(line)
        operation = operations[request["op"]]
    except (ValueError, KeyError, TypeError) as error:
        return {"ok": False, "reason": f"no such request: {error}"}
    try:
        return {"ok": True, **operation(request)}
    except Exception as error:  # noqa: BLE001 - whatever a hand breaks is an answer, not the end of the bench
        _log.exception("bench control %s failed", request["op"])
        return {"ok": False, "reason": f"{type(error).__name__}: {error}"}
