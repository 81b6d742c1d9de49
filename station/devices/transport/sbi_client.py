"""Talks to an SBI service over HTTP with its own verbs, and maps everything that goes wrong.

Nothing is repeated by itself: a capture that was not answered may have been taken, but
has no physical effect, so the caller may ask again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from station.devices.errors import BadReply, DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.breakable import BreakableWork
from station.devices.transport.multipart_frames import FrameTooLarge, MultipartFrames
from station.devices.transport.sbi_errors import device_error
from station.devices.transport.sbi_http import ServiceAddress, http_client
from station.devices.transport.sbi_messages import CAPTURE, INFO, STREAM, BioType, CapturePlan
from station.devices.transport.sbi_reply import DeviceSaid, SbiDevice, SbiPart, read_capture, read_devices
from station.devices.transport.sbi_trust import NotBelieved, TrustRoots
from station.domain.clock import Clock
from station.domain.errors import BadInput

_INFO_TIMEOUT_S = 5.0
_GRACE_S = 3.0  # what the service gets beyond its own deadline to say that it was missed
_LARGEST_REPLY_BYTES = 64 * 1024 * 1024
_STATUS_PROBLEMS = {
    "Busy": "sbi-busy",
    "Not Ready": "sbi-not-ready",
    "Not Registered": "sbi-not-registered",
}


class SbiClient:
    """One device of one kind behind an SBI service; remembers the hash chain over its captures."""

    def __init__(
        self, address: str, name: str, bio_type: BioType, trust_file: str, fresh_s: float, clock: Clock
    ) -> None:
        self._address = ServiceAddress.parse(address, name)
        self._base = ""
        self.name = name
        self.clock = clock
        self._bio_type = bio_type
        self._trust_file = Path(trust_file)
        self._fresh_s = fresh_s
        self._trust: TrustRoots | None = None
        self._work = BreakableWork()
        self.previous_hash = ""

    async def device(self) -> SbiDevice:
        """Return the believed description of the device of our kind."""
        reply = await self._json(INFO, "/info", None, _INFO_TIMEOUT_S)
        with _mapped(self.name, "info"):
            devices = read_devices(reply, self._roots(), self.clock.now())
        for device in devices:
            if device.bio_type == self._bio_type.value:
                return device
        raise DeviceUnavailable(self.name, "info", "sbi-device-missing", type=self._bio_type.value)

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is, as signed."""
        device = await self.device()
        return identity_of(device)

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""
        try:
            device = await self.device()
        except (DeviceError, BadInput) as error:
            return Readiness((error.message_id,))
        if device.status == "Ready":
            return Readiness()
        return Readiness((_STATUS_PROBLEMS.get(device.status, "sbi-not-ready"),))

    async def capture(
        self, plan: CapturePlan, device: SbiDevice, on_frame: Callable[[bytes], None] | None
    ) -> list[SbiPart]:
        """Run one registration capture with live frames beside it; returns believed parts only."""
        work = self._captured(plan, device, on_frame)
        return await self._work.run(work, partial(DeviceUnavailable, self.name, "close"))

    async def close(self) -> None:
        """End a capture under way, which the service learns by the connection going; nothing else is held."""
        await self._work.break_off()

    async def _captured(
        self, plan: CapturePlan, device: SbiDevice, on_frame: Callable[[bytes], None] | None
    ) -> list[SbiPart]:
        watching = asyncio.create_task(self._watch(plan, on_frame)) if on_frame else None
        try:
            body = plan.body(self.clock.now())
            reply = await self._json(CAPTURE, "/capture", body, plan.timeout_s + _GRACE_S)
        finally:
            if watching is not None:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
        with _mapped(self.name, "capture"):
            parts = read_capture(reply, plan, device, self._roots(), self.clock.now(), self._fresh_s)
        self.previous_hash = parts[-1].hash
        return parts

    async def _watch(self, plan: CapturePlan, on_frame: Callable[[bytes], None]) -> None:
        # the live picture is a help, not a condition: its failure is the operator's to see, not an error
        import httpx

        body = {
            "deviceId": plan.device_id,
            "deviceSubId": plan.device_sub_id,
            "timeout": str(round(plan.timeout_s * 1000)),
        }
        frames = MultipartFrames()
        try:
            async with (
                http_client(plan.timeout_s) as http,
                http.stream(STREAM, f"{self._base}/stream", json=body) as response,
            ):
                async for data in response.aiter_raw():
                    newest = frames.feed(data)[-1:]
                    for frame in newest:
                        on_frame(frame)
        except (httpx.HTTPError, FrameTooLarge):
            return

    async def _json(self, verb: str, path: str, body: dict[str, object] | None, timeout_s: float) -> Any:
        import httpx

        word = verb.lower()
        try:
            async with asyncio.timeout(timeout_s), http_client(timeout_s) as http:
                response = await http.request(verb, f"{await self._found(word)}{path}", json=body)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise NoReply(self.name, word) from error
        except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
            self._base = ""  # it may come back on another port
            raise DeviceUnavailable(self.name, word, reason=str(error)) from error
        except httpx.HTTPError as error:
            raise BadReply(self.name, word) from error
        if len(response.content) > _LARGEST_REPLY_BYTES:
            raise BadReply(self.name, word)
        try:
            return json.loads(response.content)
        except (ValueError, RecursionError) as error:
            if response.status_code >= 400:
                raise DeviceRefused(self.name, word, str(response.status_code)) from error
            raise BadReply(self.name, word) from error

    async def _found(self, command: str) -> str:
        if not self._base:
            self._base = await self._address.find(self._bio_type)
        if not self._base:
            raise DeviceUnavailable(self.name, command)
        return self._base

    def _roots(self) -> TrustRoots:
        if self._trust is None:
            try:
                self._trust = TrustRoots.from_file(self._trust_file)
            except (OSError, ValueError) as error:
                raise BadInput("sbi-trust-missing", device=self.name, path=str(self._trust_file)) from error
        return self._trust


@contextmanager
def _mapped(device: str, command: str) -> Iterator[None]:
    """Turn what the checks found into device errors."""
    try:
        yield
    except NotBelieved as error:
        raise BadReply(device, command, error.message_id) from error
    except DeviceSaid as error:
        raise device_error(device, command, error.code) from error


def identity_of(device: SbiDevice) -> DeviceIdentity:
    """Return the identity part of a device description."""
    return DeviceIdentity(device.make, device.model, device.serial, device.firmware)
