"""Rules about the card: who may be recorded, who may have one, why one is printed."""

from __future__ import annotations

from datetime import date
from enum import Enum

from station.domain.person import Citizenship, MaritalStatus, age_on

RECORDING_AGE = 16
CARD_AGE = 17


class PrintReason(Enum):
    """Why a card is printed: columns 8 to 11 of the blank usage report."""

    NEW = "baru"
    LOST = "hilang"
    DAMAGED = "rusak"
    DATA_CHANGE = "perubahan_data"


class SpoilCause(Enum):
    """Why a blank was spoiled: column 12; never to be mixed with a citizen's damaged card."""

    PRINT_FAILED = "gagal_cetak"
    CHIP_FAILED = "gagal_cip"
    JAM = "macet"
    POWER_CUT = "listrik_padam"
    RIBBON = "pita_film"
    FACTORY_DEFECT = "cacat_pabrik"
    WRONG_DATA = "salah_data"
    TEST_PRINT = "uji_cetak"
    MISSING = "hilang"


class PhotoBackground(Enum):
    """Background of the photo by birth year; always also written as a word."""

    RED = "MERAH"
    BLUE = "BIRU"
    ORANGE = "JINGGA"


def photo_background(birth_date: date, citizenship: Citizenship) -> PhotoBackground:
    """Return red for odd and blue for even birth years, orange for foreigners."""
    if citizenship is Citizenship.FOREIGN:
        return PhotoBackground.ORANGE
    return PhotoBackground.RED if birth_date.year % 2 else PhotoBackground.BLUE


def may_be_recorded(birth_date: date, marital_status: MaritalStatus, day: date) -> bool:
    """Tell whether the person is 16 or ever married on the local date `day`."""
    return age_on(birth_date, day) >= RECORDING_AGE or marital_status is not MaritalStatus.SINGLE


def may_have_card(birth_date: date, marital_status: MaritalStatus, day: date) -> bool:
    """Tell whether the person is 17 or ever married on the local date `day` (UU 24/2013 art. 63)."""
    return age_on(birth_date, day) >= CARD_AGE or marital_status is not MaritalStatus.SINGLE
