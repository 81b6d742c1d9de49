"""Iris scanners behind a Secure Biometric Interface service (`http://127.0.0.1:4502`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from station.devices.errors import BadReply, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.iris.interface import IrisCapture, IrisImage, IrisPreview, IrisRequest
from station.devices.transport.sbi_client import SbiClient, identity_of
from station.devices.transport.sbi_messages import BOTH_EYES_SUB_ID, EYE_NAMES, BioType, CapturePlan
from station.devices.transport.sbi_record import BadRecord, grey_of_jpeg, read_iris
from station.devices.transport.sbi_reply import SbiDevice, SbiPart
from station.domain.clock import SystemClock
from station.domain.identifiers import IdSource, RandomIds
from station.domain.sample import Eye

_EYES = {name: eye for eye, name in EYE_NAMES.items()}
_UNKNOWN_EYE = 0


class SbiIrisScanner:
    """An `IrisScanner` at an SBI address; one eye is asked for as both with the other excepted."""

    def __init__(self, client: SbiClient, env: str, ids: IdSource) -> None:
        self._client = client
        self._env = env
        self._ids = ids

    async def identity(self) -> DeviceIdentity:
        """Return who the device says it is, as signed."""
        return await self._client.identity()

    async def readiness(self) -> Readiness:
        """Return every reason why the device cannot capture now."""
        return await self._client.readiness()

    async def capture(
        self, request: IrisRequest, on_preview: Callable[[IrisPreview], None] | None = None
    ) -> IrisCapture:
        """Capture; raises NoReply at the deadline, BadReply when anything about the answer cannot be believed."""
        if not request.eyes:
            raise NoReply(self._client.name, "capture", "sbi-nothing-seen")
        device = await self._client.device()
        on_frame = _live(on_preview, request.eyes) if on_preview is not None else None
        parts = await self._client.capture(self._plan(request, device), device, on_frame)
        images = await asyncio.to_thread(self._images, parts)
        return IrisCapture(
            images=images,
            device=identity_of(device),
            captured_at=min(part.captured_at for part in parts),
            device_quality={_EYES[part.name]: part.quality for part in parts if part.quality is not None},
            evidence=tuple(part.token for part in parts),
        )

    async def close(self) -> None:
        """End a capture under way; nothing is held between captures."""
        await self._client.close()

    def _plan(self, request: IrisRequest, device: SbiDevice) -> CapturePlan:
        return CapturePlan(
            BioType.IRIS,
            device.device_id,
            BOTH_EYES_SUB_ID,
            tuple(EYE_NAMES[eye] for eye in request.eyes),
            tuple(name for eye, name in EYE_NAMES.items() if eye not in request.eyes),
            self._ids.new(),
            self._client.previous_hash,
            self._env,
            request.timeout_s,
            device.spec_version,
        )

    def _images(self, parts: list[SbiPart]) -> tuple[IrisImage, ...]:
        images = []
        for part in parts:
            try:
                label, image = read_iris(part.record)
            except BadRecord as error:
                raise BadReply(self._client.name, "capture", "sbi-image-bad") from error
            if label not in (_EYES[part.name], _UNKNOWN_EYE):
                raise BadReply(self._client.name, "capture", "sbi-wrong-part")
            images.append(IrisImage(image, _EYES[part.name]))
        return tuple(images)


def _live(on_preview: Callable[[IrisPreview], None], eyes: tuple[Eye, ...]) -> Callable[[bytes], None]:
    # the interface's live stream has pictures only: with two eyes asked for nobody says which one is seen
    eye = eyes[0] if len(eyes) == 1 else None

    def show(jpeg: bytes) -> None:
        image = grey_of_jpeg(jpeg)
        if image is not None:
            on_preview(IrisPreview(eye, image))

    return show


def open_scanner(address: str, name: str, options: Mapping[str, str]) -> SbiIrisScanner:
    """Make the driver; options `trust_file` (PEM), `env` (Staging), `fresh_s` (180)."""
    client = SbiClient(
        address, name, BioType.IRIS, options.get("trust_file", ""), float(options.get("fresh_s", "180")), SystemClock()
    )
    return SbiIrisScanner(client, options.get("env", "Staging"), RandomIds())
