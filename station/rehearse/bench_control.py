"""The rehearsing operator's hands: asks the bench to do what a person does with their hands.

Loads the hopper, takes a card from the printer, lays it on the desk reader. The
bench writes the address into `bench.json` beside kit.toml; on a real kit there is no
such file and a person does it.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from station.domain.errors import NotFound, Refused

_REPLY_TIMEOUT_S = 60.0


class BenchControl:
    """A connection to the bench's control port; one request at a time."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_REPLY_TIMEOUT_S)
        self._lines = self._socket.makefile("rb")

    @classmethod
    def beside(cls, kit_file: Path) -> BenchControl:
        """Connect to the bench that wrote `kit_file`; raises NotFound when it is not a bench's."""
        try:
            port = json.loads((kit_file.parent / "bench.json").read_text(encoding="utf-8"))["control_port"]
            return cls(int(port))
        except (OSError, ValueError, KeyError) as error:
            raise NotFound("rehearse-no-bench", path=str(kit_file)) from error

    def ask(self, operation: str, **settings: Any) -> dict[str, Any]:
        """Let the bench do something and return its answer; raises Refused with its reason."""
        request = {"op": operation, **settings}
        self._socket.sendall(json.dumps(request).encode() + b"\n")
        reply: dict[str, Any] = json.loads(self._lines.readline() or b'{"ok": false, "reason": "bench gone"}')
        if not reply.get("ok"):
            raise Refused("rehearse-bench-refused", operation=operation, reason=str(reply.get("reason")))
        return reply

    def close(self) -> None:
        """Let go of the bench."""
        self._lines.close()
        self._socket.close()
