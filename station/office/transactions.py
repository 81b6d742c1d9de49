"""A received packet as an ANSI/NIST-ITL transaction, for systems that take nothing else.

Only here: the kit cannot open what it sealed, the office can. The pictures go in as they were recorded,
byte for byte; nothing is coded again.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from station.biometrics.records.face_image import FaceCoding, decode_faces
from station.biometrics.records.finger_image import FingerCompression, decode_fingers
from station.biometrics.records.iris_image import IrisFormat, decode_irises
from station.biometrics.records.nist_itl import ImageCode, ItlImage, Transaction, check_transaction, encode_transaction
from station.capture.packet import PacketContents, open_packet, read_outer, verify_outer
from station.domain.errors import BadInput, NotFound, StorageFailure
from station.domain.sample import Eye, Finger
from station.keys.keystore import write_durably
from station.office.context import Office
from station.office.kits import find_kit, record_evidence
from station.office.tables import packet

RECEIVER = "PUSAT"
_CONTROL_DIGITS = 20
_FINGER_CODES = {
    FingerCompression.RAW: ImageCode.NONE,
    FingerCompression.WSQ: ImageCode.WSQ,
    FingerCompression.JPEG: ImageCode.JPEG,
    FingerCompression.JPEG2000_LOSSY: ImageCode.JPEG2000,
    FingerCompression.JPEG2000_LOSSLESS: ImageCode.JPEG2000_LOSSLESS,
    FingerCompression.PNG: ImageCode.PNG,
}
_IRIS_CODES = {
    IrisFormat.RAW: ImageCode.NONE,
    IrisFormat.JPEG2000: ImageCode.JPEG2000_LOSSLESS,
    IrisFormat.PNG: ImageCode.PNG,
}
_FACE_CODES = {
    FaceCoding.JPEG: ImageCode.JPEG,
    FaceCoding.JPEG2000_LOSSY: ImageCode.JPEG2000,
    FaceCoding.JPEG2000_LOSSLESS: ImageCode.JPEG2000_LOSSLESS,
    FaceCoding.PNG: ImageCode.PNG,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A transaction that was written: where, how large, its hash, and its record types in order."""

    path: Path
    packet_id: str
    size: int
    sha256: bytes
    records: tuple[int, ...]


def export_transaction(office: Office, named: str, target: Path, reason: str, receiver: str = RECEIVER) -> Exported:
    """Write a packet's transaction to a new file that only its owner can read; the reason is kept as evidence.

    `named` is the identifier of a packet this office received, or the path of a packet file of a kit it knows.
    Raises NotFound, BadInput, StorageFailure (file is there already), Tampered for a packet that was changed.
    """
    if not reason.strip():
        raise BadInput("office-export-reason-missing")
    if target.exists():
        raise StorageFailure("office-export-file-there", path=str(target))
    contents = _opened(office, named)
    data = encode_transaction(transaction_of(contents, receiver))
    records = check_transaction(data)
    outer = contents.outer
    digest = hashlib.sha256(data).digest()
    with office.database.write() as connection:
        detail = f"ANSI/NIST-ITL sha256:{digest.hex()} {reason.strip()}"
        record_evidence(office, connection, outer.kit_id, "export", f"{outer.packet_id} {detail}".encode(), detail)
    write_durably(target, data)
    return Exported(target, outer.packet_id, len(data), digest, records)


def transaction_of(contents: PacketContents, receiver: str = RECEIVER) -> Transaction:
    """Return the transaction of an opened packet; fingers that exist no more are told apart from hurt ones."""
    recorded_on = contents.outer.sealed_at.date()
    fingers = _fingers(contents.members.get("fingers.iso19794-4"), recorded_on)
    recorded = {finger for finger, _image in fingers}
    excepted = {
        Finger(int(entry.part.partition(":")[2])): entry.permanent
        for entry in contents.exceptions
        if entry.part.startswith("finger:")
    }  # among them fingers of poor quality, which were recorded all the same
    missing = {finger: permanent for finger, permanent in excepted.items() if finger not in recorded}
    return Transaction(
        control_number=contents.outer.packet_id[:_CONTROL_DIGITS].upper(),
        agency=contents.outer.kit_id,
        receiver=receiver,
        made_on=recorded_on,
        nik=contents.biodata.nik,
        name=contents.biodata.name,
        fingers=fingers,
        face=_face(contents.members.get("face.iso19794-5"), recorded_on),
        irises=_irises(contents.members.get("irises.iso19794-6"), recorded_on),
        missing=frozenset(finger for finger, permanent in missing.items() if permanent),
        unable=frozenset(finger for finger, permanent in missing.items() if not permanent),
    )


def _opened(office: Office, named: str) -> PacketContents:
    file = Path(named)
    with tempfile.TemporaryDirectory(prefix="export-", dir=office.data_dir) as folder:
        if not file.is_file():
            file = Path(folder) / "packet.sealed"
            office.storage.fetch(_kit_of(office, named), named, file)
        claimed = read_outer(file)
        with office.database.read() as connection:
            signing_public = find_kit(connection, claimed.kit_id).signing_public
        verify_outer(file, signing_public)
        return open_packet(file, (office.secrets.sealing_identity,))


def _kit_of(office: Office, packet_id: str) -> str:
    with office.database.read() as connection:
        found = connection.execute(select(packet.c.kit_id).where(packet.c.packet_id == packet_id)).scalar()
    if found is None:
        raise NotFound("office-packet-unknown")
    return str(found)


def _fingers(record: bytes | None, recorded_on: date) -> tuple[tuple[Finger, ItlImage], ...]:
    if record is None:
        return ()
    return tuple(
        (
            Finger(item.position),
            ItlImage(
                item.width,
                item.height,
                _FINGER_CODES[item.compression],
                item.data,
                item.captured_at.date() if item.captured_at else recorded_on,
                item.resolution_ppi,
            ),
        )
        for item in decode_fingers(record)
    )


def _face(record: bytes | None, recorded_on: date) -> ItlImage | None:
    if record is None:
        return None
    item = decode_faces(record)[0]
    taken_on = item.captured_at.date() if item.captured_at else recorded_on
    return ItlImage(item.width, item.height, _FACE_CODES[item.coding], item.data, taken_on)


def _irises(record: bytes | None, recorded_on: date) -> tuple[tuple[Eye, ItlImage], ...]:
    if record is None:
        return ()
    return tuple(
        (
            item.eye,
            ItlImage(
                item.width,
                item.height,
                _IRIS_CODES[item.image_format],
                item.data,
                item.captured_at.date() if item.captured_at else recorded_on,
            ),
        )
        for item in decode_irises(record)
        if item.eye is not None
    )
