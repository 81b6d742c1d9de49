"""An SBI 0.9.5 service with one device: discovery, information, live stream, registration capture.

Faults of the answer (`fingerprint capture` or `iris capture`): `replay` the previous
signed answers again; `stale seconds=N` and `early seconds=N` a wrong time inside; `expired` a
certificate that ran out; `foreign` a certificate of another authority; `unsigned` a damaged
signature; `short` one part fewer; `extra` one part twice; `transaction` another transaction;
`hash` a wrong hash; `version` an unknown version; `swapped-names`; `bad-image` a damaged record;
`busy`; `code number=N` the device's own error; `silence`; `garbage`; `cut`. Of the description
(`... info`): `not-ready`, `busy`, `foreign`, `expired`, `silence`, `garbage`. Faults of presentation
(`fingerprint finger:RIGHT_INDEX`, `iris eye:LEFT`): the defects people know.

Does not simulate: authentication capture, management server, several devices behind one service.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulators.far_end import Surroundings, TcpFarEnd
from simulators.sbi import http
from simulators.sbi.answers import Answers, Sealing
from simulators.sbi.pictures import Given, give, live_frame
from simulators.sbi.pki import TestAuthority
from station.devices.transport.sbi_messages import CAPTURE, DISCOVER, INFO, STREAM, BioType
from station.domain.clock import Clock

_KINDS = {BioType.FINGER: "fingerprint", BioType.IRIS: "iris"}
_PARTS_OF_SUB_ID = {BioType.FINGER: {"1": 4, "2": 4, "3": 2}, BioType.IRIS: {"1": 1, "2": 1, "3": 2}}
_LIVE_INTERVAL_S = 0.15
_SILENCE_S = 3600.0
_POLL_S = 0.1


@dataclass(slots=True)
class _Running:
    busy: bool = False
    wanted: tuple[str, ...] = ()


class SbiService:
    """The service of one device; `still_s`: how long fingers or eyes must lie still."""

    def __init__(
        self, world: Surroundings, bio_type: BioType, clock: Clock, authority: TestAuthority, still_s: float = 0.2
    ) -> None:
        self._world = world
        self._clock = clock
        self._kind = _KINDS[bio_type]
        self._bio_type = bio_type
        self._still_s = still_s
        self._authority = authority
        self._foreign: TestAuthority | None = None
        self.answers = Answers(bio_type, clock)
        self._seal = authority.seal_for(self.answers.serial)
        self._running = _Running()
        self._last: list[dict[str, Any]] = []
        self._far_end = TcpFarEnd(self._converse)

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; return the address for kit.toml."""
        return f"http://127.0.0.1:{await self._far_end.start(port)}"

    async def stop(self) -> None:
        """Unplug the device and its service."""
        await self._far_end.stop()

    def write_trust_file(self, path: Path) -> Path:
        """Write the authority's certificate where option `trust_file` points."""
        return self._authority.write_trust_file(path)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await http.read_request(reader)
        if request.verb == DISCOVER and request.path == "/device":
            await http.send_json(writer, [self.answers.discovery()])
        elif request.verb == INFO and request.path == "/info":
            await self._inform(writer)
        elif request.verb == CAPTURE and request.path == "/capture":
            await self._capture(request.body, reader, writer)
        elif request.verb == STREAM and request.path == "/stream":
            await self._stream(writer)
        else:
            await http.send_json(writer, self.answers.failure("500"), status=405)

    async def _inform(self, writer: asyncio.StreamWriter) -> None:
        action = self._fault("info")[0]
        if action == "silence":
            await asyncio.sleep(_SILENCE_S)
        if action == "garbage":
            await http.send_raw(writer, b"<html>?", "text/html")
            return
        status = {"not-ready": "Not Ready", "busy": "Busy"}.get(action, "Busy" if self._running.busy else "Ready")
        await http.send_json(writer, [self.answers.information(self._sealing(action), status)])

    async def _capture(self, body: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        refusal = self._refusal(body)
        if refusal:
            await http.send_json(writer, self.answers.failure(refusal))
            return
        asked = body["bio"][0]
        wanted = tuple(asked["bioSubType"])
        self._running = _Running(True, wanted)
        leaving = asyncio.ensure_future(reader.read(1))
        working = asyncio.ensure_future(self._collect_and_answer(body, asked, writer))
        try:
            # the interface has no cancel: a caller who hangs up ends the capture
            await asyncio.wait({leaving, working}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._running = _Running()
            for task in (leaving, working):
                task.cancel()
            await asyncio.wait({leaving, working})
        if not working.cancelled():
            working.result()

    def _refusal(self, body: Any) -> str:
        if self._running.busy:
            return "703"
        try:
            asked = body["bio"][0]
            parts = int(asked["count"]) + len(asked.get("exception") or [])
            allowed = _PARTS_OF_SUB_ID[self._bio_type].get(asked["deviceSubId"])
            named = len(asked["bioSubType"])
            int(body["timeout"])
        except (KeyError, IndexError, TypeError, ValueError):
            return "112"
        if asked["type"] != self._bio_type.value or asked["deviceId"] != self.answers.device_id:
            return "705"
        return "" if parts == allowed and named == int(asked["count"]) else "109"

    async def _collect_and_answer(self, body: Any, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        given = await self._collect(tuple(asked["bioSubType"]), int(body["timeout"]) / 1000)
        await self._answer(body, asked, given, writer)

    async def _collect(self, wanted: tuple[str, ...], timeout_s: float) -> list[Given] | None:
        """Wait for somebody, let the parts lie still, take them; None at the deadline."""
        deadline_s = self._clock.monotonic_s() + timeout_s
        while self._world.subject() is None:
            if self._clock.monotonic_s() > deadline_s:
                return None
            await asyncio.sleep(_POLL_S)
        await asyncio.sleep(self._still_s)
        given = [await asyncio.to_thread(give, self._world, self._kind, name) for name in wanted]
        return [part for part in given if part is not None]

    async def _answer(
        self, body: Any, asked: dict[str, Any], given: list[Given] | None, writer: asyncio.StreamWriter
    ) -> None:
        action, number = self._fault("capture")
        if action == "silence":
            await asyncio.sleep(_SILENCE_S)
        if action == "cut":
            writer.transport.abort()
            return
        if action == "garbage":
            await http.send_raw(writer, b'{"biometrics": [', "application/json")
            return
        code = {"busy": "111", "code": str(int(number))}.get(action, "")
        if given is None or not given or code:
            await http.send_json(writer, self.answers.failure(code or "701"))
            return
        if action == "replay" and self._last:
            await http.send_json(writer, {"biometrics": self._last})
            return
        sealing = self._sealing(action)
        items = await asyncio.to_thread(self.answers.capture, body, asked, given, sealing, action, number)
        self._last = items
        await http.send_json(writer, {"biometrics": items})

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        await http.begin_frames(writer)
        alive = True
        while alive:
            frame = await asyncio.to_thread(live_frame, self._world, self._running.wanted)
            await http.send_frame(writer, frame)
            await asyncio.sleep(_LIVE_INTERVAL_S)
            alive = not writer.is_closing()

    def _sealing(self, action: str) -> Sealing:
        if action == "expired":
            return self._authority.expired_seal_for(self.answers.serial).seal
        if action == "foreign":
            self._foreign = self._foreign or TestAuthority(self._clock.now(), "Otoritas Asing")
            return self._foreign.seal_for(self.answers.serial).seal
        if action == "unsigned":
            return lambda payload: self._seal.seal(payload)[:-8] + "AAAAAAAA"
        return self._seal.seal

    def _fault(self, operation: str) -> tuple[str, float]:
        fault = self._world.faults.take(self._kind, operation)
        if fault is None:
            return "", 0.0
        return fault.action, fault.number("seconds", fault.number("number", 600.0))
