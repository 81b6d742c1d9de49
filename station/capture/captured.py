"""What one capture leaves in the journal: its parts, each with image or samples, score, causes and template."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import cbor2

from station.capture.sitting import Step
from station.devices.identity import DeviceIdentity
from station.domain.errors import StorageFailure
from station.domain.sample import GreyImage, PenSample

_QUICK = 1


@dataclass(frozen=True, slots=True)
class CapturedPart:
    """One part of a capture; `data` is documented CBOR, `template` what later comparisons need (may be empty)."""

    part: str
    score: int
    causes: tuple[str, ...]
    accepted: bool
    data: dict[str, Any]
    template: bytes = b""


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """One capture: step, parts, the device and how long it took; `evidence` is what the device signed."""

    step: Step
    parts: tuple[CapturedPart, ...]
    device: DeviceIdentity | None
    captured_at: datetime
    seconds: float
    evidence: tuple[bytes, ...] = field(default=())

    def encode(self) -> bytes:
        """Return the record as CBOR."""
        device = self.device
        body = {
            "step": self.step.value,
            "device": None if device is None else [device.make, device.model, device.serial, device.firmware],
            "captured_at": self.captured_at.isoformat(),
            "seconds": self.seconds,
            "evidence": list(self.evidence),
            "parts": [
                [part.part, part.score, list(part.causes), part.accepted, part.data, part.template]
                for part in self.parts
            ],
        }
        return cbor2.dumps(body)

    @classmethod
    def decode(cls, content: bytes) -> CaptureRecord:
        """Rebuild a record from the journal; raises StorageFailure when it was not written by this program."""
        try:
            body = cbor2.loads(content)
            return cls(
                step=Step(body["step"]),
                parts=tuple(
                    CapturedPart(name, score, tuple(causes), accepted, data, template)
                    for name, score, causes, accepted, data, template in body["parts"]
                ),
                device=None if body["device"] is None else DeviceIdentity(*body["device"]),
                captured_at=datetime.fromisoformat(body["captured_at"]),
                seconds=body["seconds"],
                evidence=tuple(body["evidence"]),
            )
        except (KeyError, TypeError, ValueError, cbor2.CBORDecodeError) as error:
            raise StorageFailure("journal-record-unknown") from error


def image_data(image: GreyImage) -> dict[str, Any]:
    """Return a grey image for the journal, compressed without loss."""
    return {
        "width": image.width,
        "height": image.height,
        "ppi": image.resolution_ppi,
        "deflated": zlib.compress(image.pixels, _QUICK),
    }


def image_from(data: dict[str, Any]) -> GreyImage:
    """Return the image of `image_data`."""
    return GreyImage(data["width"], data["height"], zlib.decompress(data["deflated"]), data["ppi"])


def samples_data(samples: tuple[PenSample, ...]) -> list[list[int]]:
    """Return pen samples for the journal."""
    return [[item.x, item.y, item.pressure, item.time_ms, int(item.touching)] for item in samples]


def samples_from(data: list[list[int]]) -> tuple[PenSample, ...]:
    """Return the samples of `samples_data`."""
    return tuple(PenSample(x, y, pressure, time_ms, bool(touching)) for x, y, pressure, time_ms, touching in data)
