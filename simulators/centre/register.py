"""The population registry (SIAK): people by NIK, from a file of biodata that the bench writes.

Does not simulate: corrections being decided; a correction request is only kept.
"""

from __future__ import annotations

import json
from pathlib import Path

from station.domain.person import Biodata


class PopulationRegister:
    """Answers look-ups by NIK."""

    def __init__(self, people: list[Biodata]) -> None:
        self._people = {person.nik: person for person in people}

    @classmethod
    def from_file(cls, path: Path) -> PopulationRegister:
        """Read a JSON list of biodata as text fields."""
        records = json.loads(path.read_text(encoding="utf-8"))
        return cls([Biodata.from_dict(record) for record in records])

    def look_up(self, niks: list[str]) -> tuple[list[dict[str, str]], list[str]]:
        """Return the records found, and the NIKs nobody has."""
        found = [self._people[nik].as_dict() for nik in niks if nik in self._people]
        return found, [nik for nik in niks if nik not in self._people]

    def find(self, nik: str) -> Biodata | None:
        """Return one person, or None."""
        return self._people.get(nik)
