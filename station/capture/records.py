"""Captured parts as ISO/IEC 19794 records; called while sealing, one record at a time."""

from __future__ import annotations

from station.capture.captured import CapturedPart, CaptureRecord, image_from, samples_from
from station.domain.sample import Eye, GreyImage

Chosen = list[tuple[CapturedPart, CaptureRecord]]
JPEG2000, WSQ = "jpeg2000", "wsq"
LONGEST_SIGNATURE_MS = 0xFFFF


def encode_fingers(chosen: Chosen, compression: str) -> bytes:
    """Return the finger images (ISO/IEC 19794-4:2011), JPEG 2000 without loss or WSQ."""
    from station.biometrics.records.binary import QualityRecord
    from station.biometrics.records.finger_image import FingerCompression, FingerRepresentation
    from station.biometrics.records.finger_image import encode_fingers as encode

    representations = []
    for part, record in chosen:
        image = image_from(part.data)
        code, data = _coded_finger(image, compression)
        representations.append(
            FingerRepresentation(
                position=int(part.part.split(":")[1]),
                width=image.width,
                height=image.height,
                data=data,
                compression=FingerCompression[code],
                captured_at=record.captured_at,
                qualities=(QualityRecord(part.score),),
                resolution_ppi=image.resolution_ppi,
            )
        )
    return encode(tuple(representations))


def encode_eyes(chosen: Chosen) -> bytes:
    """Return the iris images (ISO/IEC 19794-6:2011), JPEG 2000 without loss."""
    from station.biometrics.records.binary import QualityRecord
    from station.biometrics.records.codecs import encode_jpeg2000
    from station.biometrics.records.iris_image import IrisFormat, IrisRepresentation, encode_irises

    representations = []
    for number, (part, record) in enumerate(chosen, start=1):
        image = image_from(part.data)
        representations.append(
            IrisRepresentation(
                eye=Eye(int(part.part.split(":")[1])),
                width=image.width,
                height=image.height,
                data=encode_jpeg2000(image),
                image_format=IrisFormat.JPEG2000,
                captured_at=record.captured_at,
                qualities=(QualityRecord(part.score),),
                number=number,
            )
        )
    return encode_irises(tuple(representations))


def encode_face(chosen: Chosen) -> bytes:
    """Return the portrait (ISO/IEC 19794-5:2011) as the JPEG made when it was taken."""
    from station.biometrics.records.binary import QualityRecord
    from station.biometrics.records.face_image import FaceCoding, FaceRepresentation, encode_faces

    part, record = chosen[0]
    return encode_faces(
        (
            FaceRepresentation(
                width=part.data["portrait_width"],
                height=part.data["portrait_height"],
                data=part.data["portrait_jpeg"],
                coding=FaceCoding.JPEG,
                captured_at=record.captured_at,
                qualities=(QualityRecord(part.score),),
            ),
        )
    )


def encode_pen(chosen: Chosen) -> bytes:
    """Return pen samples (ISO/IEC 19794-7); what a pen does after the longest time the format can tell is left out."""
    from station.biometrics.records.signature import encode_signature

    part, _record = chosen[0]
    samples = [sample for sample in samples_from(part.data["samples"]) if sample.time_ms <= LONGEST_SIGNATURE_MS]
    return encode_signature(samples, part.data["unit_per_mm"])


def _coded_finger(image: GreyImage, compression: str) -> tuple[str, bytes]:
    from station.biometrics.records.codecs import encode_jpeg2000, encode_wsq

    if compression == WSQ:
        return "WSQ", encode_wsq(image)
    return "JPEG2000_LOSSLESS", encode_jpeg2000(image)
