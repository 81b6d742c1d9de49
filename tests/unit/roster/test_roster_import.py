"""Whole rosters: the shipped examples, odd layouts, import, rejects, look-up."""

from __future__ import annotations

import contextlib
import random
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from station.domain.clock import ManualClock
from station.domain.errors import BadInput, NotFound, Refused
from station.domain.identifiers import CountedIds
from station.domain.person import Sex
from station.domain.staff import Actor, Role
from station.messages.catalogue import LANGUAGES, Catalogue
from station.roster.importing import RosterImport
from station.roster.rosters import Rosters
from station.store.database import Database, open_database
from station.store.schema import create_schema
from station.workbooks.reading import read_sheets

EXAMPLES = Path(__file__).parents[3] / "examples"
ACTOR = Actor("a" * 32, "Operator Contoh", frozenset({Role.FIELD_OPERATOR}))
HEADING = ("No", "NIK", "Nama", "Tempat Lahir", "Tgl Lahir", "L/P", "Kelas")
GOOD = ("1", "6311060501080001", "Contoh Satu", "Paringin", "05-01-2008", "L", "XI")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "kit.db", bytes(32))
    create_schema(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2025, 1, 6, 0, 0, tzinfo=UTC))


@pytest.fixture
def importer(database: Database, clock: ManualClock) -> RosterImport:
    return RosterImport(database, clock, CountedIds())


@pytest.fixture
def rosters(database: Database, clock: ManualClock) -> Rosters:
    return Rosters(database, clock, CountedIds())


def write_csv(path: Path, *rows: tuple[str, ...], separator: str = ";", encoding: str = "utf-8") -> Path:
    path.write_text("\r\n".join(separator.join(row) for row in rows) + "\r\n", encoding=encoding)
    return path


def test_the_tidy_example_is_imported_whole(importer: RosterImport, rosters: Rosters) -> None:
    preview = importer.preview(EXAMPLES / "roster-tidy.xlsx", "SMAN 1 Contoh")
    assert (len(preview.rows), preview.rejected, preview.problems) == (120, (), ())
    result = importer.commit(ACTOR, preview)
    assert (result.added, result.updated, result.rejected) == (120, 0, 0)
    students = rosters.students(result.school.school_id)
    assert len(students) == 120
    assert students[0].class_name == "XI IPA 1"


def test_importing_twice_changes_nothing(importer: RosterImport) -> None:
    preview = importer.preview(EXAMPLES / "roster-tidy.xlsx", "SMAN 1 Contoh")
    importer.commit(ACTOR, preview)
    again = importer.commit(ACTOR, importer.preview(EXAMPLES / "roster-tidy.xlsx", "  sman 1  CONTOH"))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 120)


def test_a_corrected_row_updates_the_student(importer: RosterImport, rosters: Rosters, tmp_path: Path) -> None:
    first = importer.commit(ACTOR, importer.preview(write_csv(tmp_path / "a.csv", HEADING, GOOD), "MA Contoh"))
    corrected = (*GOOD[:2], "Contoh Satunya", *GOOD[3:])
    result = importer.commit(ACTOR, importer.preview(write_csv(tmp_path / "b.csv", HEADING, corrected), "MA Contoh"))
    assert (result.added, result.updated) == (0, 1)
    assert [student.name for student in rosters.students(first.school.school_id)] == ["CONTOH SATUNYA"]


def test_the_messy_workbook_says_what_is_wrong_where(importer: RosterImport) -> None:
    preview = importer.preview(EXAMPLES / "roster-messy.xlsx", "SMA Contoh")
    refused = {(problem.row, problem.column, problem.message_id) for problem in preview.problems if problem.refuses}
    assert refused == {
        (13, "B", "roster-nik-rounded"),
        (36, "B", "nik-not-16-digits"),
        (40, "E", "roster-birth-date-impossible"),
        (60, "B", "roster-nik-missing"),
        (73, "B", "roster-duplicate-row"),
    }
    assert len(preview.rows) == 60
    assert {row.class_name for row in preview.rows} == {"XI-1", "XI-2", "XI-3", "XI-4"}
    assert [(sheet.name, sheet.heading_row) for sheet in preview.sheets] == [("Data Siswa", 5), ("Catatan", 0)]


def test_the_old_workbook_takes_the_class_from_the_sheet(importer: RosterImport) -> None:
    preview = importer.preview(EXAMPLES / "roster-messy.xls", "MA Contoh")
    assert len(preview.rows) == 90
    assert {row.class_name for row in preview.rows} == {"XII A", "XII B", "XII C"}
    assert all(row.birth_place and row.sex for row in preview.rows)
    assert sum(problem.message_id == "roster-nik-as-number" for problem in preview.problems) == 15


def test_the_rejects_workbook_holds_the_cells_and_the_reasons(importer: RosterImport, tmp_path: Path) -> None:
    preview = importer.preview(EXAMPLES / "roster-messy.xlsx", "SMA Contoh")
    importer.write_rejects(preview, tmp_path / "rejects.xlsx")
    rows = read_sheets(tmp_path / "rejects.xlsx")[0].rows
    assert len(rows) == 1 + len(preview.rejected)
    assert rows[1][:2] == ["Data Siswa", "13"]
    assert "digit terakhirnya hilang" in str(rows[1][2])
    mended = importer.preview(tmp_path / "rejects.xlsx", "SMA Contoh")
    assert len(mended.rejected) + len(mended.rows) == len(preview.rejected)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_text_tables_are_read_in_the_encodings_and_separators_of_offices(
    importer: RosterImport, tmp_path: Path, encoding: str, separator: str
) -> None:
    row = (*GOOD[:2], "Conto\u0301h É".replace("o\u0301", "ó"), *GOOD[3:])
    path = write_csv(tmp_path / "siswa.csv", HEADING, row, separator=separator, encoding=encoding)
    assert [found.name for found in importer.preview(path, "S").rows] == ["CONTÓH É"]


def test_a_repeated_heading_column_numbers_and_footnotes_are_no_students(
    importer: RosterImport, tmp_path: Path
) -> None:
    numbers = tuple(f"({number})" for number in range(1, 8))
    path = write_csv(
        tmp_path / "a.csv", ("DAFTAR SISWA",), HEADING, numbers, GOOD, ("",) * 7, HEADING, ("", "Jumlah", "1 siswa")
    )
    preview = importer.preview(path, "S")
    assert (len(preview.rows), preview.rejected) == (1, ())


def test_one_nik_with_two_names_refuses_both_rows(importer: RosterImport, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", HEADING, GOOD, (*GOOD[:2], "Orang Lain", *GOOD[3:]))
    preview = importer.preview(path, "S")
    assert preview.rows == ()
    assert {problem.message_id for problem in preview.problems} == {"roster-nik-two-persons"}


def test_one_person_with_two_niks_is_pointed_out(importer: RosterImport, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", HEADING, GOOD, ("2", "6311060501080002", *GOOD[2:]))
    preview = importer.preview(path, "S")
    assert len(preview.rows) == 2
    assert [problem.message_id for problem in preview.problems] == ["roster-same-name-and-date"]


def test_doubts_that_do_not_refuse_are_shown(importer: RosterImport, tmp_path: Path) -> None:
    rows = (
        ("1", "6311064501080001", "Contoh Dua", "", "06-01-2008", "", "XI"),
        ("2", "6311060501100001", "Contoh Tiga", "Juai", "05-01-2010", "P", "X"),
        ("3", "6311060501880001", "Contoh Empat", "Juai", "05-01-1988", "L", "X"),
    )
    preview = importer.preview(write_csv(tmp_path / "a.csv", HEADING, *rows), "S")
    assert [row.sex for row in preview.rows] == [Sex.FEMALE, Sex.FEMALE, Sex.MALE]
    assert [(problem.row, problem.message_id) for problem in preview.problems] == [
        (2, "roster-birth-place-missing"),
        (2, "roster-birth-date-differs"),
        (2, "roster-sex-from-nik"),
        (3, "roster-under-age"),
        (3, "roster-sex-differs"),
        (4, "roster-old-student"),
    ]


def test_a_student_listed_at_another_school_is_pointed_out(importer: RosterImport, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", HEADING, GOOD)
    importer.commit(ACTOR, importer.preview(path, "MA Pertama"))
    problems = importer.preview(path, "MA Kedua").problems
    assert [(problem.message_id, problem.params["school"]) for problem in problems] == [
        ("roster-nik-other-school", "MA Pertama")
    ]


def test_files_that_are_no_roster_are_refused_in_words(importer: RosterImport, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"x")
    (tmp_path / "b.xlsx").write_bytes(b"no zip")
    write_csv(tmp_path / "c.csv", ("a", "b"), ("1", "2"))
    (tmp_path / "d.csv").write_bytes(b"")
    for name, message_id in (
        ("a.docx", "workbooks-kind"),
        ("b.xlsx", "workbooks-unreadable"),
        ("c.csv", "roster-no-heading"),
        ("d.csv", "roster-no-heading"),
        ("e.xlsx", "workbooks-missing"),
    ):
        with pytest.raises(BadInput) as raised:
            importer.preview(tmp_path / name, "S")
        assert raised.value.message_id == message_id
    with pytest.raises(BadInput):
        importer.preview(EXAMPLES / "roster-tidy.xlsx", "  ")


def test_a_workbook_that_would_fill_the_memory_is_refused_in_words(importer: RosterImport, tmp_path: Path) -> None:
    with zipfile.ZipFile(EXAMPLES / "roster-tidy.xlsx") as tidy, zipfile.ZipFile(tmp_path / "vast.xlsx", "w") as vast:
        for name in tidy.namelist():
            vast.writestr(name, tidy.read(name).replace(b'r="G121"', b'r="XFD1048576"'))
    with pytest.raises(BadInput) as raised:
        importer.preview(tmp_path / "vast.xlsx", "S")
    assert raised.value.message_id in ("workbooks-too-much", "workbooks-sheet-too-large")


def test_damaged_workbooks_are_refused_or_read_but_never_break_the_app(importer: RosterImport, tmp_path: Path) -> None:
    dice = random.Random(7)
    for name in ("roster-messy.xls", "roster-messy.xlsx"):
        for number in range(6):
            content = bytearray((EXAMPLES / name).read_bytes())
            for _ in range(3):
                content[dice.randrange(len(content))] = dice.randrange(256)
            path = tmp_path / f"{number}-{name}"
            path.write_bytes(content)
            with contextlib.suppress(BadInput):
                importer.preview(path, "S")


def test_two_thousand_rows_are_previewed_and_stored_within_two_seconds(importer: RosterImport, tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("XI")
        sheet.write_row(0, 0, HEADING)
        for index in range(2000):
            nik = f"631106{index % 28 + 1:02d}0108{index // 28 + 1:04d}"
            born = f"{index % 28 + 1:02d}-01-2008"
            sheet.write_row(
                index + 1, 0, (index + 1, nik, f"Contoh {'ABCDEFGHIJ'[index % 10]} Nomor", "Paringin", born, "L")
            )
    start = time.process_time()
    result = importer.commit(ACTOR, importer.preview(path, "SMK Besar"))
    assert result.added == 2000
    assert time.process_time() - start < 2


def test_a_student_is_found_by_a_half_heard_name_or_by_digits(
    importer: RosterImport, rosters: Rosters, tmp_path: Path
) -> None:
    names = ("Rifki Surya Fiktif", "Bunga Cahya Rekaan", "Ardan Tri Khayal")
    rows = [("", f"631106050108000{index}", name, *GOOD[3:]) for index, name in enumerate(names, start=1)]
    school = importer.commit(ACTOR, importer.preview(write_csv(tmp_path / "a.csv", HEADING, *rows), "S")).school
    assert rosters.find(school.school_id, "rifky suria")[0].name == "RIFKI SURYA FIKTIF"
    assert rosters.find(school.school_id, "cahaya bunga")[0].name == "BUNGA CAHYA REKAAN"
    assert [student.name for student in rosters.find(school.school_id, "0003")] == ["ARDAN TRI KHAYAL"]
    assert len(rosters.find(school.school_id, "")) == 3
    assert [student.number for student in rosters.students(school.school_id)] == [1, 2, 3]


def test_a_walk_in_is_added_once(rosters: Rosters) -> None:
    school = rosters.add_school(ACTOR, "SMAN 2 Contoh")
    details = ("6311060501080001", "contoh satu", "paringin", date(2008, 1, 5), Sex.MALE)
    student = rosters.add_walk_in(ACTOR, school.school_id, *details)
    assert (student.name, student.number) == ("CONTOH SATU", 1)
    with pytest.raises(Refused):
        rosters.add_walk_in(ACTOR, school.school_id, *details)
    with pytest.raises(NotFound):
        rosters.add_walk_in(ACTOR, "f" * 32, *details)
    with pytest.raises(BadInput):
        rosters.add_walk_in(ACTOR, school.school_id, "1", *details[1:])
    assert rosters.add_school(ACTOR, "sman 2 contoh") == school
    assert rosters.schools() == [school]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_doubt_has_words_in_both_languages(importer: RosterImport, language: str) -> None:
    catalogue = Catalogue(language)
    for name in ("roster-messy.xlsx", "roster-messy.xls"):
        for problem in importer.preview(EXAMPLES / name, "S").problems:
            words = catalogue.text(problem.message_id, **problem.params)
            assert words != problem.message_id
            assert "{" not in words
