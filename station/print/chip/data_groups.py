"""What is written on the chip: biodata, photo, finger templates, signature, each made to fit its file.

Photo and signature are compressed until they fit; the quality reached is told. Biodata
and templates are never cut: what does not fit is refused.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields

from PIL import Image, UnidentifiedImageError

from station.domain.errors import BadInput, Tampered
from station.domain.person import Biodata
from station.domain.sample import Finger
from station.print.chip import tlv
from station.print.chip.ocp1_wire import FILE_BYTES, ElementaryFile
from station.print.chip.profile import ChipRecord, FingerTemplate

_BIODATA_TEMPLATE, _FIRST_FIELD = 0x61, 0xDF20
_PHOTO_TEMPLATE, _IMAGE_OBJECT = 0x75, 0x5F2E
_FINGER_TEMPLATE, _FINGER_GROUP, _FINGER_POSITION = 0x63, 0x7F60, 0x82
_SIGNATURE_TEMPLATE, _SIGNATURE_IMAGE = 0x67, 0x5F43
_INDEX_TEMPLATE, _INDEX_TAGS = 0x60, 0x5C
_OVERHEAD_BYTES = 12
_PAPER_GREY = 160
MOST_TEMPLATE_BYTES = 512
PHOTO_SIZES = ((240, 320), (210, 280), (180, 240), (150, 200), (120, 160))
PHOTO_QUALITIES = (80, 70, 60, 50, 40, 30, 20)
SIGNATURE_WIDTHS = (320, 280, 240, 200, 160)


@dataclass(frozen=True, slots=True)
class PreparedGroups:
    """File contents ready to write, and what the operator is shown of the compression."""

    files: Mapping[ElementaryFile, bytes]
    photo_size: tuple[int, int]
    photo_quality: int
    signature_size: tuple[int, int]

    @property
    def byte_count(self) -> int:
        """Return how many bytes go on the chip."""
        return sum(len(content) for content in self.files.values())


def prepare_groups(record: ChipRecord) -> PreparedGroups:
    """Make all files but the security object; raises BadInput when something cannot fit."""
    photo, photo_size, quality = fit_photo(record.photo_jpeg, _room(ElementaryFile.DG2))
    signature, signature_size = fit_signature(record.signature_png, _room(ElementaryFile.DG7))
    files = {
        ElementaryFile.DG1: encode_biodata(record.biodata),
        ElementaryFile.DG2: tlv.encode(_PHOTO_TEMPLATE, tlv.encode(_IMAGE_OBJECT, photo)),
        ElementaryFile.DG3: encode_templates(record.templates),
        ElementaryFile.DG7: tlv.encode(_SIGNATURE_TEMPLATE, tlv.encode(_SIGNATURE_IMAGE, signature)),
    }
    tags = bytes([_BIODATA_TEMPLATE, _PHOTO_TEMPLATE, _FINGER_TEMPLATE, _SIGNATURE_TEMPLATE])
    files[ElementaryFile.COM] = tlv.encode(_INDEX_TEMPLATE, tlv.encode(_INDEX_TAGS, tags))
    for file, content in files.items():
        if len(content) > FILE_BYTES[file]:
            raise BadInput("chip-data-too-long", file=file.name, size=len(content), limit=FILE_BYTES[file])
    return PreparedGroups(files, photo_size, quality, signature_size)


def read_groups(files: Mapping[ElementaryFile, bytes]) -> ChipRecord:
    """Read files back; raises Tampered when they are malformed."""
    try:
        return ChipRecord(
            decode_biodata(files[ElementaryFile.DG1]),
            tlv.find(tlv.find(files[ElementaryFile.DG2], _PHOTO_TEMPLATE), _IMAGE_OBJECT),
            tlv.find(tlv.find(files[ElementaryFile.DG7], _SIGNATURE_TEMPLATE), _SIGNATURE_IMAGE),
            decode_templates(files[ElementaryFile.DG3]),
        )
    except (KeyError, ValueError) as error:
        raise Tampered("chip-object-malformed") from error


def encode_biodata(biodata: Biodata) -> bytes:
    """Return DG1: every field as UTF-8 in its own data object."""
    texts = biodata.as_dict()
    objects = [tlv.encode(_FIRST_FIELD + place, texts[name].encode()) for place, name in enumerate(_field_names())]
    return tlv.encode(_BIODATA_TEMPLATE, b"".join(objects))


def decode_biodata(data: bytes) -> Biodata:
    """Read DG1; raises KeyError or ValueError when a field is missing or unknown."""
    objects = dict(tlv.decode(tlv.find(data, _BIODATA_TEMPLATE)))
    return Biodata.from_dict(
        {name: objects[_FIRST_FIELD + place].decode() for place, name in enumerate(_field_names())}
    )


def encode_templates(templates: tuple[FingerTemplate, ...]) -> bytes:
    """Return DG3: at most two templates; raises BadInput when one is longer than 512 bytes."""
    if len(templates) > 2:
        raise BadInput("chip-too-many-fingers", count=len(templates))
    groups = []
    for template in templates:
        if len(template.data) > MOST_TEMPLATE_BYTES:
            raise BadInput("chip-data-too-long", file="DG3", size=len(template.data), limit=MOST_TEMPLATE_BYTES)
        position = tlv.encode(_FINGER_POSITION, bytes([template.finger]))
        groups.append(tlv.encode(_FINGER_GROUP, position + tlv.encode(_IMAGE_OBJECT, template.data)))
    return tlv.encode(_FINGER_TEMPLATE, b"".join(groups))


def decode_templates(data: bytes) -> tuple[FingerTemplate, ...]:
    """Read DG3; raises ValueError on an unknown finger."""
    groups = [value for tag, value in tlv.decode(tlv.find(data, _FINGER_TEMPLATE)) if tag == _FINGER_GROUP]
    return tuple(
        FingerTemplate(Finger(tlv.find(group, _FINGER_POSITION)[0]), tlv.find(group, _IMAGE_OBJECT)) for group in groups
    )


def fit_photo(photo: bytes, limit: int) -> tuple[bytes, tuple[int, int], int]:
    """Return the photo as JPEG of at most `limit` bytes, its size in pixels and its JPEG quality."""
    image = _open(photo).convert("RGB")
    for size in PHOTO_SIZES:
        smaller = image.resize(size, Image.Resampling.LANCZOS)
        for quality in PHOTO_QUALITIES:
            encoded = _encoded(smaller, "JPEG", quality=quality, optimize=True)
            if len(encoded) <= limit:
                return encoded, size, quality
            if quality <= 50 and size != PHOTO_SIZES[-1]:
                break
    raise BadInput("chip-photo-does-not-fit", limit=limit)


def fit_signature(signature: bytes, limit: int) -> tuple[bytes, tuple[int, int]]:
    """Return the signature as two-tone PNG of at most `limit` bytes and its size in pixels."""
    image = _open(signature).convert("L")
    for width in SIGNATURE_WIDTHS:
        size = (width, max(1, round(image.height * width / image.width)))
        smaller = image.resize(size, Image.Resampling.LANCZOS)
        encoded = _encoded(smaller.point(_two_tones).convert("1"), "PNG", optimize=True)
        if len(encoded) <= limit:
            return encoded, size
    raise BadInput("chip-signature-does-not-fit", limit=limit)


def _two_tones(value: int) -> int:
    return 255 if value > _PAPER_GREY else 0


def _room(file: ElementaryFile) -> int:
    return FILE_BYTES[file] - _OVERHEAD_BYTES


def _field_names() -> tuple[str, ...]:
    return tuple(field.name for field in fields(Biodata))


def _open(data: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except UnidentifiedImageError as error:
        raise BadInput("chip-image-unreadable") from error


def _encoded(image: Image.Image, format_name: str, **options: int | bool) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()
