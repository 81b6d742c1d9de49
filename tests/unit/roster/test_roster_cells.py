"""Cells of school lists, in the spellings that schools use."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from station.domain.person import Sex
from station.roster.cells import read_date, read_name, read_nik, read_sex, split_place_and_date
from station.workbooks.reading import Cell

TODAY = date(2025, 1, 6)


@pytest.mark.parametrize(
    "cell",
    [
        date(2008, 1, 5),
        datetime(2008, 1, 5, 0, 0),  # noqa: DTZ001 - as a workbook gives it
        "05-01-2008",
        "5/1/2008",
        "5.1.2008",
        "5 Januari 2008",
        " 5\N{NO-BREAK SPACE}Januari  2008 ",
        "05 JAN 2008",
        "5-Jan-2008",
        "2008/1/5",
        "2008-01-05",
        "2008-01-05 00:00:00",
        "Januari 5, 2008",
        39452,
    ],
)
def test_a_birth_date_is_read_in_every_spelling(cell: Cell) -> None:
    assert read_date(cell, TODAY)[0] == date(2008, 1, 5)


@pytest.mark.parametrize(
    ("cell", "message_id"),
    [
        ("31-02-2008", "roster-birth-date-impossible"),
        ("05-13-2008", "roster-birth-date-impossible"),
        ("5 Janu 2008", "roster-birth-date-impossible"),
        ("kemarin", "roster-birth-date-unreadable"),
        ("", "roster-birth-date-missing"),
        ("05-01-2028", "roster-birth-date-out-of-range"),
        ("05-01-1808", "roster-birth-date-out-of-range"),
        (5012008, "roster-birth-date-unreadable"),
    ],
)
def test_an_impossible_birth_date_is_refused_with_its_reason(cell: Cell, message_id: str) -> None:
    found, doubts = read_date(cell, TODAY)
    assert found is None
    assert [doubt.message_id for doubt in doubts if doubt.refuses] == [message_id]


def test_a_two_digit_year_is_read_and_reported() -> None:
    found, doubts = read_date("05-01-08", TODAY)
    assert found == date(2008, 1, 5)
    assert doubts[0].message_id == "roster-birth-date-short-year"
    assert read_date("05-01-88", TODAY)[0] == date(1988, 1, 5)


def test_november_in_its_two_spellings_is_one_month() -> None:
    assert read_date("2 Nopember 2007", TODAY)[0] == read_date("2 November 2007", TODAY)[0] == date(2007, 11, 2)


@pytest.mark.parametrize(
    "cell", ["6311060501080001", " 6311 0605 0108 0001 ", "'6311060501080001", "6311.060501.080001"]
)
def test_a_nik_is_read_from_text_whatever_surrounds_it(cell: Cell) -> None:
    nik, doubts = read_nik(cell)
    assert nik == "6311060501080001"
    assert not any(doubt.refuses for doubt in doubts)


@pytest.mark.parametrize("cell", [6311060501080000.0, 6311060501080010, 9.2e15, "6,31106E+15", "6.31106050108E+15"])
def test_a_nik_whose_digits_a_spreadsheet_may_have_lost_is_never_guessed(cell: Cell) -> None:
    nik, doubts = read_nik(cell)
    assert nik is None
    assert doubts[0].message_id == "roster-nik-rounded"


def test_a_nik_stored_as_an_exact_number_is_taken_and_reported() -> None:
    nik, doubts = read_nik(6311060501080001.0)
    assert nik == "6311060501080001"
    assert [doubt.message_id for doubt in doubts] == ["roster-nik-as-number"]


@pytest.mark.parametrize(
    ("cell", "message_id"),
    [
        ("", "roster-nik-missing"),
        ("63110605010800", "nik-not-16-digits"),
        (63110605010800.0, "nik-not-16-digits"),
        ("63110605O1080001", "nik-not-16-digits"),
        ("6311063501080001", "nik-date-impossible"),
        ("6311060501080000", "nik-serial-zero"),
        (True, "nik-not-16-digits"),
    ],
)
def test_a_wrong_nik_is_refused_with_its_reason(cell: Cell, message_id: str) -> None:
    nik, doubts = read_nik(cell)
    assert nik is None
    assert doubts[0].message_id == message_id


@pytest.mark.parametrize(
    ("cell", "place", "day"),
    [
        ("Paringin, 5 Januari 2008", "Paringin", "5 Januari 2008"),
        ("Paringin/05-01-2008", "Paringin", "05-01-2008"),
        ("HULU SUNGAI UTARA 05-01-2008", "HULU SUNGAI UTARA", "05-01-2008"),
        ("Paringin,", "Paringin", ""),
        ("05-01-2008", "", "05-01-2008"),
    ],
)
def test_place_and_date_in_one_cell_are_split(cell: Cell, place: str, day: str) -> None:
    assert split_place_and_date(cell) == (place, day)


@pytest.mark.parametrize(
    ("cell", "sex"), [("L", Sex.MALE), ("laki-laki", Sex.MALE), ("P ", Sex.FEMALE), ("Pr.", Sex.FEMALE)]
)
def test_sex_is_read_in_its_spellings(cell: Cell, sex: Sex) -> None:
    assert read_sex(cell)[0] is sex


def test_an_unknown_sex_is_refused_and_an_empty_one_left_open() -> None:
    assert read_sex("?")[1][0].message_id == "roster-sex-unreadable"
    assert read_sex("") == (None, [])


def test_a_name_is_cleaned_and_a_number_is_no_name() -> None:
    assert read_name("  muhammad\N{NO-BREAK SPACE} fiktif ") == ("MUHAMMAD FIKTIF", [])
    assert read_name("65 siswa")[1][0].message_id == "roster-name-unreadable"
    assert read_name("---")[0] is None
