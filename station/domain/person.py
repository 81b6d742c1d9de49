"""A person as the registry knows one: biodata, its fields and closed value sets.

Codes follow the reference tables used by village and registry software; texts are
those printed on the card.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import Enum


class Sex(Enum):
    """Sex as printed on the card."""

    MALE = "LAKI-LAKI"
    FEMALE = "PEREMPUAN"


class MaritalStatus(Enum):
    """Marital status as printed on the card."""

    SINGLE = "BELUM KAWIN"
    MARRIED = "KAWIN"
    DIVORCED = "CERAI HIDUP"
    WIDOWED = "CERAI MATI"


class Citizenship(Enum):
    """Citizenship as printed on the card."""

    INDONESIAN = "WNI"
    FOREIGN = "WNA"


RELIGIONS = ("ISLAM", "KRISTEN", "KATHOLIK", "HINDU", "BUDHA", "KHONGHUCU", "KEPERCAYAAN TERHADAP TUHAN YME")
BLOOD_TYPES = ("A", "B", "AB", "O", "A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-", "-")


@dataclass(frozen=True, slots=True)
class Biodata:
    """The fields of the card, one person; `domicile` is the regency code (`63.11`) where SIAK says the person lives."""

    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: Sex
    blood_type: str
    address: str
    neighbourhood: str
    village: str
    district: str
    regency: str
    province: str
    domicile: str
    religion: str
    marital_status: MaritalStatus
    occupation: str
    citizenship: Citizenship
    family_card_no: str

    def as_dict(self) -> dict[str, str]:
        """Return every field as text, dates in ISO 8601, enumerations by their printed value."""
        return {field.name: _as_text(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> Biodata:
        """Rebuild biodata from `as_dict`; raises KeyError or ValueError when a field is missing or unknown."""
        values: dict[str, object] = {field.name: data[field.name] for field in fields(cls)}
        values["birth_date"] = date.fromisoformat(data["birth_date"])
        values["sex"] = Sex(data["sex"])
        values["marital_status"] = MaritalStatus(data["marital_status"])
        values["citizenship"] = Citizenship(data["citizenship"])
        return cls(**values)  # type: ignore[arg-type]


def _as_text(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def age_on(birth_date: date, day: date) -> int:
    """Return completed years of age on `day`; someone born on 29 February turns a year older on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def birthday_in_year(birth_date: date, age: int) -> date:
    """Return the day on which the person completes `age` years."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)
