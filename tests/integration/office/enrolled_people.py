"""Packets of synthetic people with every member the centre reads, sealed as the capture room seals them."""

from __future__ import annotations

from collections.abc import Iterator

import cbor2

from simulators.people import Person
from station.biometrics.records.codecs import encode_jpeg, encode_jpeg2000
from station.biometrics.records.face_image import FaceCoding, FaceRepresentation, encode_faces
from station.biometrics.records.finger_image import FingerCompression, FingerRepresentation, encode_fingers
from station.biometrics.records.iris_image import IrisFormat, IrisRepresentation, encode_irises
from station.biometrics.records.signature import encode_signature
from station.capture.packet import Member
from station.domain.sample import Eye, Finger


def members_of(person: Person, attempt: int = 1) -> Iterator[Member]:
    """Yield the members of one person's packet."""
    yield Member("biodata.cbor", lambda: cbor2.dumps(person.biodata.as_dict()))
    exceptions = [{"part": f"finger:{int(finger)}"} for finger in person.missing_fingers]
    yield Member("exceptions.cbor", lambda: cbor2.dumps(exceptions))
    yield Member("fingers.iso19794-4", lambda: _fingers(person, attempt))
    yield Member("irises.iso19794-6", lambda: _irises(person, attempt))
    yield Member("face.iso19794-5", lambda: _face(person, attempt))
    yield Member("signature.iso19794-7", lambda: encode_signature(person.signature_samples(attempt), 100.0))


def _fingers(person: Person, attempt: int) -> bytes:
    found = []
    for finger in Finger:
        if finger not in person.missing_fingers:
            image = person.finger_impression(finger, attempt)
            found.append(
                FingerRepresentation(
                    int(finger), image.width, image.height, encode_jpeg2000(image), FingerCompression.JPEG2000_LOSSLESS
                )
            )
    return encode_fingers(tuple(found))


def _irises(person: Person, attempt: int) -> bytes:
    images = {eye: person.iris_image(eye, attempt) for eye in Eye}
    return encode_irises(
        tuple(
            IrisRepresentation(eye, image.width, image.height, image.pixels, IrisFormat.RAW)
            for eye, image in images.items()
        )
    )


def _face(person: Person, attempt: int) -> bytes:
    image = person.face_image(attempt, (200, 20, 20))
    return encode_faces((FaceRepresentation(image.width, image.height, encode_jpeg(image), FaceCoding.JPEG),))
