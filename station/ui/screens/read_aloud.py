"""Biodata read aloud: one field at a time in large letters, the student says whether it is right."""

from __future__ import annotations

from collections.abc import Sequence

from station.domain.person import Biodata
from station.ui.access import station_app
from station.ui.screens.large_text import LargeText, LargeTextScreen

_FIELDS = (
    "name",
    "nik",
    "birth_place",
    "birth_date",
    "sex",
    "address",
    "village",
    "district",
    "religion",
    "marital_status",
    "occupation",
    "citizenship",
    "blood_type",
)


class ReadAloudScreen(LargeTextScreen):
    """Returns the fields the student called wrong (none when all are right), or None when it was broken off."""

    def __init__(self, biodata: Biodata) -> None:
        super().__init__()
        self._biodata = biodata

    def texts(self) -> Sequence[LargeText]:
        """Return the fields in the order they are read."""
        words = station_app(self).words
        return [LargeText(field, words(f"ui-field-{field.replace('_', '-')}"), self._value(field)) for field in _FIELDS]

    def _value(self, field: str) -> str:
        if field == "birth_date":
            return station_app(self).catalogue.long_date(self._biodata.birth_date).upper()
        value = self._biodata.as_dict()[field]
        if field == "nik":
            return " ".join(value[start : start + 4] for start in range(0, 16, 4))
        return value
