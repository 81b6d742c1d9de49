"""Fingerprint scanners behind a Secure Biometric Interface service (`http://127.0.0.1:4501`).

The device cuts the slap itself and returns a signed record for each finger. A single
finger is asked for as a slap whose other fingers are excepted, which is how the
interface counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from station.devices.errors import BadReply, NoReply
from station.devices.fingerprint.interface import FingerCapture, FingerImage, FingerPreview, FingerRequest
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.sbi_client import SbiClient, identity_of
from station.devices.transport.sbi_messages import (
    FINGER_NAMES,
    SLAP_SUB_IDS,
    BioType,
    CapturePlan,
    finger_parts,
    slap_of,
)
from station.devices.transport.sbi_record import BadRecord, grey_of_jpeg, read_finger
from station.devices.transport.sbi_reply import SbiDevice, SbiPart
from station.domain.clock import Clock, SystemClock
from station.domain.identifiers import IdSource, RandomIds

_FINGERS = {name: finger for finger, name in FINGER_NAMES.items()}
_UNKNOWN_POSITION = 0


class SbiFingerprintScanner:
    """A `FingerprintScanner` at an SBI address. `env` is the interface's word for the domain of trust."""

    def __init__(self, client: SbiClient, env: str, *, slaps: bool, ids: IdSource) -> None:
        self._client = client
        self._env = env
        self._slaps = slaps
        self._ids = ids

    @property
    def captures_slaps(self) -> bool:
        """Tell whether the glass takes four fingers."""
        return self._slaps

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is, as signed."""
        return await self._client.identity()

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""
        return await self._client.readiness()

    async def capture(
        self, request: FingerRequest, on_preview: Callable[[FingerPreview], None] | None = None
    ) -> FingerCapture:
        """Capture; raises NoReply at the deadline, BadReply when anything about the answer cannot be believed."""
        if not request.fingers:
            raise NoReply(self._client.name, "capture", "sbi-nothing-seen")
        device = await self._client.device()
        on_frame = _live(on_preview, len(request.fingers)) if on_preview is not None else None
        parts = await self._client.capture(self._plan(request, device), device, on_frame)
        images = await asyncio.to_thread(self._images, parts)
        return FingerCapture(
            images=images,
            device=identity_of(device),
            captured_at=min(part.captured_at for part in parts),
            device_quality={_FINGERS[part.name]: part.quality for part in parts if part.quality is not None},
            evidence=tuple(part.token for part in parts),
        )

    async def close(self) -> None:
        """End a capture under way; nothing is held between captures."""
        await self._client.close()

    def _plan(self, request: FingerRequest, device: SbiDevice) -> CapturePlan:
        slap = request.slap or slap_of(request.fingers[0])
        wanted, excepted = finger_parts(request.fingers, slap)
        return CapturePlan(
            BioType.FINGER,
            device.device_id,
            SLAP_SUB_IDS[slap],
            wanted,
            excepted,
            self._ids.new(),
            self._client.previous_hash,
            self._env,
            request.timeout_s,
            device.spec_version,
        )

    def _images(self, parts: list[SbiPart]) -> tuple[FingerImage, ...]:
        images = []
        for part in parts:
            finger = _FINGERS[part.name]
            try:
                position, image = read_finger(part.record)
            except BadRecord as error:
                raise BadReply(self._client.name, "capture", "sbi-image-bad") from error
            if position not in (finger, _UNKNOWN_POSITION):
                raise BadReply(self._client.name, "capture", "sbi-wrong-part")
            images.append(FingerImage(image, (finger,)))
        return tuple(images)


def _live(on_preview: Callable[[FingerPreview], None], count: int) -> Callable[[bytes], None]:
    def show(jpeg: bytes) -> None:
        image = grey_of_jpeg(jpeg)
        if image is not None:
            on_preview(FingerPreview(image, count))

    return show


def open_scanner(address: str, name: str, options: Mapping[str, str]) -> SbiFingerprintScanner:
    """Make the driver; options `trust_file` (PEM), `env` (Staging), `fresh_s` (180), `slaps` (yes)."""
    clock: Clock = SystemClock()
    client = SbiClient(
        address, name, BioType.FINGER, options.get("trust_file", ""), float(options.get("fresh_s", "180")), clock
    )
    return SbiFingerprintScanner(
        client, options.get("env", "Staging"), slaps=options.get("slaps", "yes") == "yes", ids=RandomIds()
    )
