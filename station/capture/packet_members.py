"""What goes into a packet: built member by member from rows and journal, one in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

import cbor2

from station.capture.captured import CapturedPart, CaptureRecord
from station.capture.desk import SittingDesk
from station.capture.packet import Member
from station.capture.records import JPEG2000, encode_eyes, encode_face, encode_fingers, encode_pen
from station.capture.sitting import Sitting, Step
from station.store import sittings as rows


def inner_manifest(
    desk: SittingDesk,
    sitting: Sitting,
    packet_id: str,
    kit_id: str,
    version: str,
    sealed_at: datetime,
    gnss: tuple[float, float, float, str] | None,
) -> dict[str, object]:
    """Return what the sealed part says about itself: who, where, with which devices, how good."""
    with desk.database.read() as connection:
        captures = rows.captures(connection, sitting.sitting_id)
    return {
        "packet_id": packet_id,
        "kit_id": kit_id,
        "sitting_id": sitting.sitting_id,
        "session_id": sitting.session_id,
        "student_id": sitting.student_id,
        "operator_id": sitting.operator_id,
        "application": "station",
        "version": version,
        "started_at": sitting.started_at.isoformat(),
        "sealed_at": sealed_at.isoformat(),
        "gnss": None if gnss is None else list(gnss),
        "devices": _devices(desk, sitting),
        "scores": {part.part: part.score for part in sitting.parts},
        "seconds": _seconds(captures),
        "quality_algorithms": _algorithms(),
    }


def packet_members(desk: SittingDesk, sitting: Sitting, compression: str = JPEG2000) -> Iterator[Member]:
    """Yield the members of a sitting's packet in order."""
    with desk.database.read() as connection:
        row = rows.sitting_by_id(connection, sitting.sitting_id)
        excepted = rows.exceptions(connection, sitting.sitting_id)
    documents = {} if row is None else row.documents
    yield _cbor("biodata.cbor", sitting.biodata.as_dict())
    yield _cbor("documents.cbor", documents)
    yield _cbor(
        "exceptions.cbor",
        [
            {
                "part": entry.part,
                "kind": entry.kind,
                "reason": entry.reason,
                "permanent": entry.permanent,
                "note": entry.note,
                "confirmed_by": entry.confirmed_by,
                "at": entry.at.isoformat(),
            }
            for entry in excepted
        ],
    )
    yield _cbor(
        "findings.cbor",
        [
            [finding.message_id, json.dumps(finding.params), finding.confirmed_by, finding.note]
            for finding in sitting.findings
        ],
    )
    yield _cbor(
        "audit.cbor",
        [
            [entry.position, entry.at.isoformat(), entry.actor_id, entry.action]
            for entry in desk.audit.about(sitting.sitting_id)
        ],
    )
    yield from _biometrics(desk, sitting, compression)


def _biometrics(desk: SittingDesk, sitting: Sitting, compression: str) -> Iterator[Member]:
    for step, name, encode in (
        (Step.PHOTO, "face.iso19794-5", encode_face),
        (Step.SIGNATURE, "signature.iso19794-7", encode_pen),
        (Step.FINGERS, "fingers.iso19794-4", partial(encode_fingers, compression=compression)),
        (Step.IRISES, "irises.iso19794-6", encode_eyes),
        (Step.APPROVAL, "approval.iso19794-7", encode_pen),
    ):
        chosen = best_parts(desk, sitting, step)
        if chosen:
            yield Member(name, partial(encode, chosen))
    yield from _exception_photos(desk, sitting)


def _exception_photos(desk: SittingDesk, sitting: Sitting) -> Iterator[Member]:
    newest: dict[str, bytes] = {}
    for _number, content in desk.journal(sitting.sitting_id).records():
        for part in CaptureRecord.decode(content).parts:
            if part.part.startswith("exception-"):
                newest[part.part] = part.data["frame_jpeg"]
    for name, picture in sorted(newest.items()):
        yield Member(f"{name}.jpg", partial(bytes, picture))


def best_parts(desk: SittingDesk, sitting: Sitting, step: Step) -> list[tuple[CapturedPart, CaptureRecord]]:
    """Return the best capture of every part of a step that was captured, with the record it came from."""
    wanted = {
        part.part: part.record for part in sitting.of_step(step) if part.record is not None and not part.is_missing
    }
    found: list[tuple[CapturedPart, CaptureRecord]] = []
    for number, content in desk.journal(sitting.sitting_id).records():
        if number in wanted.values():
            record = CaptureRecord.decode(content)
            found += [(part, record) for part in record.parts if wanted.get(part.part) == number]
    return sorted(found, key=lambda entry: _order(entry[0].part))


def _order(part: str) -> tuple[str, int]:
    name, _, number = part.partition(":")
    return name, int(number or 0)


def _devices(desk: SittingDesk, sitting: Sitting) -> list[list[str]]:
    devices: dict[tuple[str, ...], None] = {}
    for _number, content in desk.journal(sitting.sitting_id).records():
        record = CaptureRecord.decode(content)
        if record.device is not None:
            item = record.device
            devices[record.step.value, item.make, item.model, item.serial, item.firmware] = None
    return [list(entry) for entry in devices]


def _seconds(captures: list[rows.CaptureRow]) -> dict[str, float]:
    spent: dict[str, dict[int, float]] = {}
    for entry in captures:
        spent.setdefault(entry.step, {})[entry.record] = entry.seconds
    return {step: round(sum(values.values()), 3) for step, values in spent.items()}


def _algorithms() -> dict[str, str]:
    from station.biometrics.face import assess as face
    from station.biometrics.finger import quality as finger
    from station.biometrics.iris import quality as iris

    return {
        "finger": finger.QUALITY_ALGORITHM,
        "iris": iris.QUALITY_ALGORITHM,
        "face": face.QUALITY_ALGORITHM,
    }


def _cbor(name: str, body: Any) -> Member:
    return Member(name, lambda: cbor2.dumps(body, canonical=True))
