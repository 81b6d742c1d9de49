"""Pieces the print room's tests share: a made-up person, a chip and a module in slots."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from PIL import Image, ImageDraw

from simulators.cards.chip import ChipCard
from simulators.cards.reader import SlotReader
from simulators.cards.sam import Sam
from simulators.cards.slot import CardSlot
from simulators.cards.test_authority import authority_certificate
from simulators.cards.test_keys import TEST_PIN
from station.devices.smartcard.interface import CardChannel
from station.domain.person import Biodata, Citizenship, MaritalStatus, Sex
from station.domain.sample import Finger
from station.print.chip.ocp1 import OpenChipProfile
from station.print.chip.profile import ChipRecord, FingerTemplate
from station.print.chip.signer import CardTrust

STATION = "K-UJI"
TRUST = CardTrust((authority_certificate(),), frozenset(), test=True, at=datetime(2026, 11, 23, 1, tzinfo=UTC))


def biodata(**changes: object) -> Biodata:
    values: dict[str, object] = {
        "nik": "6311060501080001",
        "name": "CONTOH SATU",
        "birth_place": "PARINGIN",
        "birth_date": date(2008, 1, 5),
        "sex": Sex.MALE,
        "blood_type": "O",
        "address": "JALAN CONTOH NO 1",
        "neighbourhood": "001/002",
        "village": "DESA CONTOH",
        "district": "PARINGIN",
        "regency": "KABUPATEN BALANGAN",
        "province": "KALIMANTAN SELATAN",
        "domicile": "63.11",
        "religion": "ISLAM",
        "marital_status": MaritalStatus.SINGLE,
        "occupation": "PELAJAR/MAHASISWA",
        "citizenship": Citizenship.INDONESIAN,
        "family_card_no": "6311060101200001",
    }
    return Biodata(**(values | changes))  # type: ignore[arg-type]


def portrait(width: int = 450, height: int = 600) -> bytes:
    image = Image.new("RGB", (width, height), (200, 30, 30))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width // 4, height // 6, width * 3 // 4, height * 2 // 3), fill=(190, 150, 120))
    draw.rectangle((width // 6, height * 2 // 3, width * 5 // 6, height), fill=(240, 240, 240))
    return _saved(image, "JPEG")


def signature() -> bytes:
    image = Image.new("L", (480, 160), 255)
    draw = ImageDraw.Draw(image)
    draw.line([(20, 120), (120, 30), (180, 130), (300, 40), (460, 100)], fill=0, width=5)
    return _saved(image, "PNG")


def chip_record(small: bool = False) -> ChipRecord:
    templates = tuple(
        FingerTemplate(finger, bytes((finger * 7 + place) % 251 for place in range(30 if small else 180)))
        for finger in (Finger.RIGHT_INDEX, Finger.LEFT_INDEX)
    )
    photo = portrait(30, 40) if small else portrait()
    return ChipRecord(biodata(), photo, signature(), templates)


def _saved(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


class ChipBench:
    """A chip in one slot, an activated module in another, and the profile between them."""

    def __init__(self, serial: bytes = bytes.fromhex("04A1B2C3D4E5F6")) -> None:
        self.profile = OpenChipProfile()
        self.chip = ChipCard(serial)
        self.module = Sam()
        self.card_slot, self.sam_slot = CardSlot(), CardSlot()
        self.card_slot.insert(self.chip)
        self.sam_slot.insert(self.module)

    async def channels(self, activated: bool = True) -> tuple[CardChannel, CardChannel]:
        sam = await SlotReader("sam", self.sam_slot).connect()
        card = await SlotReader("encoder", self.card_slot).connect()
        if activated:
            await self.profile.activate_sam(sam, TEST_PIN, STATION)
        return sam, card
