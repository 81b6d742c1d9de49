"""Reads what an office forwards: the members of an opened packet, as images and texts.

Does not simulate: packet formats of other makers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cbor2

from station.biometrics.face.assess import assess_face
from station.biometrics.face.portrait import crop_portrait
from station.biometrics.finger.minutiae import extract
from station.biometrics.records.codecs import decode_colour, decode_grey, decode_wsq, encode_jpeg
from station.biometrics.records.face_image import decode_faces
from station.biometrics.records.finger_image import FingerCompression, FingerRepresentation, decode_fingers
from station.biometrics.records.finger_minutiae import encode_card_minutiae
from station.biometrics.records.iris_image import IrisFormat, IrisRepresentation, decode_irises
from station.biometrics.records.signature import decode_signature
from station.biometrics.signature.raster import raster_signature, signature_png
from station.domain.card import photo_background
from station.domain.errors import StationError
from station.domain.person import Biodata
from station.domain.sample import ColourImage, Eye, Finger, GreyImage

FACE, SIGNATURE, FINGERS, IRISES = "face.iso19794-5", "signature.iso19794-7", "fingers.iso19794-4", "irises.iso19794-6"
SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 600, 300
CHIP_TEMPLATES = 2
PORTRAIT_RATIO = 0.75
_CHIP_ORDER = (
    Finger.RIGHT_INDEX,
    Finger.LEFT_INDEX,
    Finger.RIGHT_THUMB,
    Finger.LEFT_THUMB,
    Finger.RIGHT_MIDDLE,
    Finger.LEFT_MIDDLE,
    Finger.RIGHT_RING,
    Finger.LEFT_RING,
    Finger.RIGHT_LITTLE,
    Finger.LEFT_LITTLE,
)


class Unreadable(Exception):
    """Something in the packet is missing or cannot be read: the cause of EFAC."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One person's enrolment as the centre sees it."""

    packet_id: str
    nik: str
    biodata: Biodata
    fingers: dict[Finger, GreyImage]
    irises: dict[Eye, GreyImage]
    photo_jpeg: bytes
    signature_png: bytes

    def chip_templates(self) -> list[dict[str, object]]:
        """Return the two templates for the chip: both indexes, or the next fingers that exist."""
        chosen = [finger for finger in _CHIP_ORDER if finger in self.fingers][:CHIP_TEMPLATES]
        return [
            {"finger": int(finger), "data": encode_card_minutiae(extract(self.fingers[finger]))} for finger in chosen
        ]


def read_submission(body: dict[str, Any]) -> Submission:
    """Read a forwarded packet; raises Unreadable with the part that is wrong."""
    part = "members"
    try:
        members: dict[str, bytes] = body["members"]
        part = "biodata"
        biodata = Biodata.from_dict(cbor2.loads(members["biodata.cbor"]))
        excepted = {str(entry["part"]) for entry in cbor2.loads(members["exceptions.cbor"])}
        part = "face"
        photo = _photo(members[FACE], biodata)
        part = "fingers"
        fingers = _fingers(members[FINGERS]) if FINGERS in members else {}
        part = "irises"
        irises = _irises(members[IRISES]) if IRISES in members else {}
        part = "signature"
        ink = _signature(members[SIGNATURE]) if SIGNATURE in members else b""
    except (KeyError, TypeError, ValueError, StationError, cbor2.CBORDecodeError) as error:
        raise Unreadable(part) from error
    _complete(fingers, irises, ink, excepted)
    return Submission(str(body["packet_id"]), biodata.nik, biodata, fingers, irises, photo, ink)


def _complete(fingers: dict[Finger, GreyImage], irises: dict[Eye, GreyImage], ink: bytes, excepted: set[str]) -> None:
    for finger in Finger:
        if finger not in fingers and f"finger:{int(finger)}" not in excepted:
            raise Unreadable(f"finger:{int(finger)}")
    for eye in Eye:
        if eye not in irises and f"eye:{int(eye)}" not in excepted:
            raise Unreadable(f"eye:{int(eye)}")
    if not ink and "signature" not in excepted:
        raise Unreadable("signature")


def _photo(record: bytes, biodata: Biodata) -> bytes:
    picture = decode_colour(decode_faces(record)[0].data)
    return encode_jpeg(_portrait(picture, biodata))


def _portrait(picture: ColourImage, biodata: Biodata) -> ColourImage:
    if abs(picture.width / picture.height - PORTRAIT_RATIO) < 0.01:
        return picture
    background = photo_background(biodata.birth_date, biodata.citizenship)
    return crop_portrait(picture, assess_face(picture, background))


def _fingers(record: bytes) -> dict[Finger, GreyImage]:
    singles = [item for item in decode_fingers(record) if item.position in set(Finger)]
    return {Finger(item.position): _finger(item) for item in singles}


def _finger(item: FingerRepresentation) -> GreyImage:
    if item.compression is FingerCompression.RAW:
        return GreyImage(item.width, item.height, item.data, item.resolution_ppi)
    if item.compression is FingerCompression.WSQ:
        return decode_wsq(item.data, item.resolution_ppi)
    return decode_grey(item.data, item.resolution_ppi)


def _irises(record: bytes) -> dict[Eye, GreyImage]:
    return {item.eye: _iris(item) for item in decode_irises(record) if item.eye is not None}


def _iris(item: IrisRepresentation) -> GreyImage:
    if item.image_format is IrisFormat.RAW:
        return GreyImage(item.width, item.height, item.data, 500)
    return decode_grey(item.data)


def _signature(record: bytes) -> bytes:
    samples = decode_signature(record)
    return signature_png(raster_signature(samples, SIGNATURE_WIDTH, SIGNATURE_HEIGHT))
