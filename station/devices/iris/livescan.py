"""Iris scanners that speak the livescan protocol over USB (docs/protocols/livescan.md).

Options: `preview_rate_hz`, `silence_limit_s` (a device that sends nothing for so long is given up),
`record` (a file for its traffic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from station.devices.errors import BadReply, DeviceUnavailable
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.iris.interface import IrisCapture, IrisImage, IrisPreview, IrisRequest
from station.devices.transport import livescan_wire as wire
from station.devices.transport.breakable import BreakableWork
from station.devices.transport.livescan_operation import Target
from station.devices.transport.livescan_session import HINT_MESSAGES, LivescanSession, device_identity
from station.domain.clock import Clock, SystemClock
from station.domain.sample import Eye, GreyImage

PREVIEW_RATE_HZ = 8
ANY_RESOLUTION = 0


def open_scanner(address: str, name: str, options: Mapping[str, str]) -> LivescanIrisScanner:
    """Make the driver for one entry of kit.toml; the hardware is not touched."""
    rate_hz = int(options.get("preview_rate_hz", PREVIEW_RATE_HZ))
    silence_s = float(options.get("silence_limit_s", wire.SILENCE_LIMIT_S))
    return LivescanIrisScanner(
        LivescanSession(name, address, wire.ScannerKind.IRIS, rate_hz, silence_s, options.get("record", ""))
    )


class LivescanIrisScanner:
    """An iris scanner of the interface, on the livescan protocol."""

    def __init__(self, session: LivescanSession, clock: Clock | None = None) -> None:
        self._session = session
        self._clock = clock or SystemClock()
        self._work = BreakableWork()

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""
        return device_identity(await self._session.identify())

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""
        return await self._session.readiness()

    async def capture(
        self, request: IrisRequest, on_preview: Callable[[IrisPreview], None] | None = None
    ) -> IrisCapture:
        """Capture an image per eye; raises NoReply at the deadline, DeviceUnavailable when unplugged."""
        work = self._captured(request, on_preview)
        return await self._work.run(work, partial(DeviceUnavailable, self._session.name, "close"))

    async def _captured(self, request: IrisRequest, on_preview: Callable[[IrisPreview], None] | None) -> IrisCapture:
        mask = sum(1 << (eye - 1) for eye in request.eyes)
        target = Target(0, mask, ANY_RESOLUTION, len(request.eyes), request.timeout_s)

        def preview(frame: wire.Frame) -> None:
            if on_preview is not None and frame.payload and frame.part in tuple(Eye):
                on_preview(IrisPreview(Eye(frame.part), _image(frame), HINT_MESSAGES[frame.hint]))

        outcome = await self._session.run(target, preview)
        images = tuple(IrisImage(_image(frame), self._eye(frame)) for frame in outcome.images)
        if not set(outcome.qualities) <= set(request.eyes):
            raise BadReply(self._session.name, "capture")
        quality = {Eye(position): value for position, value in outcome.qualities.items()}
        return IrisCapture(images, device_identity(outcome.identity), self._clock.now(), quality)

    async def close(self) -> None:
        """Give the device back; a capture under way ends at once. May be called twice."""
        await self._work.break_off()
        await self._session.close()

    def _eye(self, frame: wire.Frame) -> Eye:
        if frame.part not in tuple(Eye) or frame.mask != 1 << (frame.part - 1):
            raise BadReply(self._session.name, "capture")
        return Eye(frame.part)


def _image(frame: wire.Frame) -> GreyImage:
    return GreyImage(frame.width, frame.height, frame.payload, frame.resolution_ppi)
