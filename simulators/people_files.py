"""What the people of the bench leave behind on paper: the school's list, the registry, the delivery note.

Does not simulate: the mess of real workbooks; `examples/` has that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from simulators.people import Person
from station.domain.person import Sex

SCHOOL = "SMAN 1 CONTOH"
CLASS_SIZE = 36
_HEADER = ("No", "NIK", "Nama Lengkap", "L/P", "Tempat Lahir", "Tgl Lahir", "Kelas")


def write_roster(people: list[Person], path: Path) -> None:
    """Write the people of the waiting room as a school's workbook: a sheet a class, a title above the header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True})
        dates = book.add_format({"num_format": "dd-mm-yyyy"})
        for first in range(0, len(people), CLASS_SIZE):
            class_name = f"XII IPA {first // CLASS_SIZE + 1}"
            sheet = book.add_worksheet(class_name)
            sheet.write(0, 0, f"DAFTAR SISWA WAJIB KTP {SCHOOL} (DATA CONTOH)", bold)
            sheet.write_row(2, 0, _HEADER, bold)
            for row, person in enumerate(people[first : first + CLASS_SIZE], start=3):
                biodata = person.biodata
                sheet.write_number(row, 0, first + row - 2)
                sheet.write_string(row, 1, biodata.nik)
                sheet.write_string(row, 2, biodata.name)
                sheet.write_string(row, 3, "L" if biodata.sex is Sex.MALE else "P")
                sheet.write_string(row, 4, biodata.birth_place)
                sheet.write_datetime(row, 5, biodata.birth_date, dates)
                sheet.write_string(row, 6, class_name)


def write_population(people: Iterable[Person], path: Path) -> None:
    """Write what the population registry knows of the people: biodata, no biometrics."""
    path.write_text(json.dumps([person.biodata.as_dict() for person in people], indent=1), encoding="utf-8")


def write_delivery_note(serials: Iterable[str], path: Path) -> None:
    """Write the chip serials of a delivery of blanks, one a line."""
    path.write_text("".join(f"{serial}\n" for serial in serials), encoding="utf-8")
