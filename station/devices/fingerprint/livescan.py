"""Fingerprint scanners that speak the livescan protocol over USB (docs/protocols/livescan.md).

Options: `slaps` (`yes` or `no`, until the device has told itself), `preview_rate_hz`, `silence_limit_s`
(a device that sends nothing for so long is given up),
`record` (a file for its traffic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from station.devices.errors import BadReply, DeviceUnavailable
from station.devices.fingerprint.interface import FingerCapture, FingerImage, FingerPreview, FingerRequest
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport import livescan_wire as wire
from station.devices.transport.breakable import BreakableWork
from station.devices.transport.livescan_operation import Target
from station.devices.transport.livescan_session import HINT_MESSAGES, LivescanSession, device_identity
from station.domain.clock import Clock, SystemClock
from station.domain.sample import Finger, GreyImage

RESOLUTION_PPI = 500
PREVIEW_RATE_HZ = 8


def open_scanner(address: str, name: str, options: Mapping[str, str]) -> LivescanFingerprintScanner:
    """Make the driver for one entry of kit.toml; the hardware is not touched."""
    rate_hz = int(options.get("preview_rate_hz", PREVIEW_RATE_HZ))
    silence_s = float(options.get("silence_limit_s", wire.SILENCE_LIMIT_S))
    session = LivescanSession(
        name, address, wire.ScannerKind.FINGERPRINT, rate_hz, silence_s, options.get("record", "")
    )
    return LivescanFingerprintScanner(session, options.get("slaps", "yes") == "yes")


class LivescanFingerprintScanner:
    """A fingerprint scanner of the interface, on the livescan protocol."""

    def __init__(self, session: LivescanSession, slaps: bool = True, clock: Clock | None = None) -> None:
        self._session = session
        self._slaps = slaps
        self._clock = clock or SystemClock()
        self._work = BreakableWork()

    @property
    def captures_slaps(self) -> bool:
        """Tell whether the glass takes four fingers."""
        return self._slaps

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is."""
        identity = await self._session.identify()
        self._learn(identity)
        return device_identity(identity)

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""
        return await self._session.readiness()

    async def capture(
        self, request: FingerRequest, on_preview: Callable[[FingerPreview], None] | None = None
    ) -> FingerCapture:
        """Capture a slap or one finger; raises NoReply at the deadline, DeviceUnavailable when unplugged."""
        work = self._captured(request, on_preview)
        return await self._work.run(work, partial(DeviceUnavailable, self._session.name, "close"))

    async def _captured(
        self, request: FingerRequest, on_preview: Callable[[FingerPreview], None] | None
    ) -> FingerCapture:
        part = request.slap.value if request.slap else int(request.fingers[0])
        mask = sum(1 << (finger - 1) for finger in request.fingers)
        target = Target(part, mask, RESOLUTION_PPI, 1, request.timeout_s)

        def preview(frame: wire.Frame) -> None:
            if on_preview is not None and frame.payload:
                on_preview(FingerPreview(_image(frame), frame.count, HINT_MESSAGES[frame.hint]))

        outcome = await self._session.run(target, preview)
        self._learn(outcome.identity)
        images = tuple(FingerImage(_image(frame), request.fingers) for frame in outcome.images)
        if not set(outcome.qualities) <= set(request.fingers):
            raise BadReply(self._session.name, "capture")
        quality = {Finger(position): value for position, value in outcome.qualities.items()}
        return FingerCapture(images, device_identity(outcome.identity), self._clock.now(), quality)

    async def wait_until_clear(self, timeout_s: float) -> bool:
        """Wait until the device says that the fingers were lifted; return False at the deadline."""
        end_s = self._clock.monotonic_s() + timeout_s
        while (left_s := end_s - self._clock.monotonic_s()) > 0:
            event = await self._session.next_event(min(left_s, 0.1))
            if event is not None and event.type is wire.EventType.UP:
                return True
        return False

    async def close(self) -> None:
        """Give the device back; a capture under way ends at once. May be called twice."""
        await self._work.break_off()
        await self._session.close()

    def _learn(self, identity: wire.Identity) -> None:
        self._slaps = wire.Ability.SLAPS in identity.abilities


def _image(frame: wire.Frame) -> GreyImage:
    return GreyImage(frame.width, frame.height, frame.payload, frame.resolution_ppi)
