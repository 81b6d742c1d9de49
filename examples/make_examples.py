"""Writes the three example rosters: one tidy, two as messy as schools send them. Everybody in them is invented.

Run `python examples/make_examples.py [FOLDER]`; the same files come out every time.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import xlsxwriter
import xlwt

FIRST_DAY = date(2007, 7, 1)
DAYS = 540
WRITTEN_ON = datetime(2025, 1, 6, tzinfo=UTC)
PLACES = ("Paringin", "Awayan", "Batumandi", "Juai", "Halong", "Lampihong", "Tebing Tinggi", "Amuntai", "Barabai")
REGIONS = {"Paringin": "631106", "Amuntai": "630801", "Barabai": "630703"}
GIVEN = {
    "L": ("Contoh", "Rifki", "Ardan", "Bayu", "Dimas", "Fajar", "Galih", "Hafiz", "Ilham", "Jaka", "Lutfi", "Naufal"),
    "P": ("Contohwati", "Aulia", "Bunga", "Citra", "Dewi", "Fitri", "Gita", "Hana", "Intan", "Laila", "Mawar", "Nadia"),
}
MIDDLE = ("Nur", "Tri", "Adi", "Putra Uji", "Bintang", "Cahya", "Surya", "Embun", "Samudra", "Langit", "Rimba", "Sari")
LAST = ("Fiktif", "Khayal", "Rekaan", "Misal", "Umpama", "Andaian", "Contohan", "Maya", "Imajina", "Dongeng")
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
          "Nopember", "Desember")  # fmt: skip


@dataclass(frozen=True)
class ExampleStudent:
    """One invented student; `sex` is L or P as rosters write it."""

    nik: str
    name: str
    birth_place: str
    birth_date: date
    sex: str


def invented_students(seed: int, count: int) -> list[ExampleStudent]:
    """Make students whose NIK obeys the rules of the field."""
    dice = random.Random(seed)
    found: list[ExampleStudent] = []
    names: set[str] = set()
    while len(found) < count:
        sex = dice.choice("LP")
        name = f"{dice.choice(GIVEN[sex])} {dice.choice(MIDDLE)} {dice.choice(LAST)}"
        if name in names:
            continue
        names.add(name)
        place = dice.choice(PLACES)
        born = FIRST_DAY + timedelta(days=dice.randrange(DAYS))
        day = born.day + (40 if sex == "P" else 0)
        nik = f"{REGIONS.get(place, '631101')}{day:02d}{born:%m%y}{len(found) % 9 + 1:04d}"
        found.append(ExampleStudent(nik, name, place, born, sex))
    return found


def write_tidy(path: Path) -> None:
    """Write 120 students on one sheet, as the programme asks for them."""
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"created": WRITTEN_ON, "title": "Daftar siswa (contoh)"})
    sheet = workbook.add_worksheet("Siswa")
    heading = workbook.add_format({"bold": True, "border": 1})
    day = workbook.add_format({"num_format": "dd-mm-yyyy"})
    sheet.write_row(0, 0, ("No", "NIK", "Nama Lengkap", "Tempat Lahir", "Tanggal Lahir", "L/P", "Kelas"), heading)
    for index, student in enumerate(invented_students(1, 120)):
        sheet.write_row(index + 1, 0, (index + 1, student.nik, student.name, student.birth_place))
        sheet.write_datetime(index + 1, 4, student.birth_date, day)
        sheet.write_row(index + 1, 5, (student.sex, f"XI IPA {index // 30 + 1}"))
    sheet.set_column(1, 4, 20)
    workbook.close()


def write_messy_xlsx(path: Path) -> None:
    """Write title rows, merged cells, a heading of two rows, dates of every kind, lost digits and a twin entry."""
    students = invented_students(2, 64)
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"created": WRITTEN_ON, "title": "Data siswa (contoh)"})
    sheet = workbook.add_worksheet("Data Siswa")
    bold = workbook.add_format({"bold": True, "align": "center"})
    day = workbook.add_format({"num_format": "d mmmm yyyy"})
    sheet.merge_range("A1:G1", "DATA SISWA WAJIB KTP PEMULA", bold)
    sheet.merge_range("A2:G2", "SMA CONTOH BATUMANDI  -  TAHUN PELAJARAN 2024/2025", bold)
    sheet.merge_range("A4:A5", "NO.", bold)
    sheet.merge_range("B4:B5", "No. KTP", bold)
    sheet.merge_range("C4:C5", "NAMA  SISWA", bold)
    sheet.merge_range("D4:E4", "Tempat / Tgl Lahir", bold)
    sheet.write_row("D5", ("Tempat", "Tgl"), bold)
    sheet.merge_range("F4:F5", "Kls", bold)
    sheet.merge_range("G4:G5", "Jns. Kelamin", bold)
    for index, student in enumerate(students):
        row = 5 + index + index // 20
        sheet.write_row(row, 0, (index + 1, _messy_nik(student, index), _messy_name(student, index)))
        sheet.write(row, 3, student.birth_place if index % 9 else f"\N{NO-BREAK SPACE}{student.birth_place} ")
        if index % 5 == 0:
            sheet.write_datetime(row, 4, student.birth_date, day)
        else:
            sheet.write(row, 4, _messy_date(student.birth_date, index))
        sheet.write(row, 6, (student.sex, "Laki-laki" if student.sex == "L" else "Perempuan")[index % 2])
    for first in range(0, len(students), 16):
        top, bottom = 5 + first + first // 20, 5 + first + 15 + (first + 15) // 20
        sheet.merge_range(top, 5, bottom, 5, f"XI-{first // 16 + 1}", bold)
    last = 5 + len(students) + len(students) // 20
    twin = students[3]
    sheet.write_row(last, 0, (len(students) + 1, twin.nik, twin.name, twin.birth_place))
    sheet.write_row(last, 4, (_messy_date(twin.birth_date, 1), "XI-4", twin.sex))
    sheet.write_row(last + 2, 1, ("Jumlah", f"{len(students) + 1} siswa"))
    sheet.write(last + 5, 5, "Kepala Sekolah,")
    notes = workbook.add_worksheet("Catatan")
    notes.write("A1", "Mohon dijadwalkan sebelum ujian semester.")
    workbook.close()


def write_messy_xls(path: Path) -> None:
    """Write an old workbook: one sheet per class, place and date in one cell, numbers where text belongs."""
    students = invented_students(3, 90)
    workbook = xlwt.Workbook()
    cover = workbook.add_sheet("REKAP")
    cover.write(0, 0, "Rekap siswa per kelas (contoh)")
    for number in range(3):
        sheet = workbook.add_sheet(f"XII {('A', 'B', 'C')[number]}")
        sheet.write_merge(0, 0, 0, 5, "MA CONTOH JUAI")
        sheet.write_merge(1, 1, 0, 5, f"Wali kelas: -      Kelas XII {number + 1}")
        for column, text in enumerate(("No", "Nama Peserta Didik", "NIK", "Tempat/Tgl Lahir", "L", "P")):
            sheet.write(3, column, text)
        for index, student in enumerate(students[number * 30 : number * 30 + 30]):
            row = 4 + index + index // 10
            sheet.write(row, 0, index + 1)
            sheet.write(row, 1, student.name.lower() if index % 4 else f" {student.name}  ")
            sheet.write(row, 2, int(student.nik) if index % 6 == 5 else student.nik)
            separator = (", ", " / ", ",", " ")[index % 4]
            sheet.write(row, 3, f"{student.birth_place}{separator}{_messy_date(student.birth_date, index)}")
            sheet.write(row, 4 if student.sex == "L" else 5, "v")
        sheet.write(38, 1, "Jumlah: 30 siswa")
    workbook.save(str(path))


def _messy_nik(student: ExampleStudent, index: int) -> str | float:
    kinds: dict[int, str | float] = {
        7: float(int(student.nik) // 10 * 10),
        18: int(student.nik),
        29: student.nik[:15],
        41: f"{student.nik[:6]} {student.nik[6:12]} {student.nik[12:]}",
        52: "",
    }
    return kinds.get(index, student.nik)


def _messy_name(student: ExampleStudent, index: int) -> str:
    return student.name if index % 7 else f"  {student.name.replace(' ', chr(160))}"


def _messy_date(born: date, index: int) -> str:
    kinds = (
        f"{born:%d-%m-%Y}",
        f"{born.day} {MONTHS[born.month - 1]} {born.year}",
        f"{born.year}/{born.month}/{born.day}",
        f"{born:%d.%m.%Y}",
        f"{born.day:02d} {MONTHS[born.month - 1][:3].upper()} {born:%y}",
    )
    return "31-02-2008" if index == 33 else kinds[index % len(kinds)]


def main(folder: Path) -> None:
    """Write all three workbooks."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tidy(folder / "roster-tidy.xlsx")
    write_messy_xlsx(folder / "roster-messy.xlsx")
    write_messy_xls(folder / "roster-messy.xls")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
