"""What the centre sends for one card, opened: biodata, images, templates and the permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cbor2

from station.domain.errors import Tampered
from station.domain.person import Biodata
from station.domain.sample import Finger
from station.print.chip.profile import ChipRecord, FingerTemplate


@dataclass(frozen=True, slots=True)
class PrintRecord:
    """One person ready to be printed; `card_trust` is the centre's list of card signers, if one came along."""

    authorisation: bytes
    biodata: Biodata
    photo_jpeg: bytes
    signature_png: bytes
    templates: tuple[FingerTemplate, ...]
    packet_id: str
    card_trust: bytes | None = None

    @property
    def for_chip(self) -> ChipRecord:
        """Return what belongs on the chip."""
        return ChipRecord(self.biodata, self.photo_jpeg, self.signature_png, self.templates)


def decode_record(plain: bytes) -> PrintRecord:
    """Read the opened body of a `print_record` feed item; raises Tampered when it is malformed."""
    try:
        body = cbor2.loads(plain)
        trust = body.get("card_trust")
        return _record(
            body, bytes(body["authorisation"]), str(body["packet_id"]), None if trust is None else bytes(trust)
        )
    except (KeyError, TypeError, ValueError, cbor2.CBORDecodeError) as error:
        raise Tampered("print-record-malformed") from error


def encode_stored(record: PrintRecord) -> bytes:
    """Return what the store keeps of a record beside its permission."""
    body = {
        "biodata": record.biodata.as_dict(),
        "photo_jpeg": record.photo_jpeg,
        "signature_png": record.signature_png,
        "templates": [{"finger": int(item.finger), "data": item.data} for item in record.templates],
    }
    return cbor2.dumps(body, canonical=True)


def decode_stored(body: bytes, authorisation: bytes, packet_id: str) -> PrintRecord:
    """Rebuild a record from the store."""
    return _record(cbor2.loads(body), authorisation, packet_id)


def _record(body: dict[str, Any], authorisation: bytes, packet_id: str, card_trust: bytes | None = None) -> PrintRecord:
    templates = tuple(FingerTemplate(Finger(item["finger"]), bytes(item["data"])) for item in body["templates"])
    return PrintRecord(
        authorisation,
        Biodata.from_dict(body["biodata"]),
        bytes(body["photo_jpeg"]),
        bytes(body["signature_png"]),
        templates,
        packet_id,
        card_trust,
    )
