"""What a NIK says and when a string is none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.nik import NikParts, NikProblem, masked_nik, parse_nik
from station.domain.person import Sex

BIRTH_DATES = st.dates(min_value=date(1930, 1, 1), max_value=date(2025, 12, 31))


def nik_for(birth_date: date, sex: Sex, serial: int = 1) -> str:
    day = birth_date.day + (40 if sex is Sex.FEMALE else 0)
    return f"631106{day:02d}{birth_date:%m%y}{serial:04d}"


def test_a_man_and_a_woman_born_the_same_day_differ_by_forty() -> None:
    man, woman = parse_nik("6311060501080001"), parse_nik("6311064501080001")
    assert isinstance(man, NikParts)
    assert isinstance(woman, NikParts)
    assert (man.sex, woman.sex) == (Sex.MALE, Sex.FEMALE)
    assert man.could_be_born_on(date(2008, 1, 5))
    assert woman.could_be_born_on(date(2008, 1, 5))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("6311063501080001", "nik-date-impossible"),
        ("6311060513080001", "nik-date-impossible"),
        ("6311063002080001", "nik-date-impossible"),
        ("6311060501080000", "nik-serial-zero"),
        ("631106050108000", "nik-not-16-digits"),
        ("63110605010800O1", "nik-not-16-digits"),
        ("٦٣١١٠٦٠٥٠١٠٨٠٠٠١", "nik-not-16-digits"),
        ("0011060501080001", "nik-region-impossible"),
        ("6300060501080001", "nik-region-impossible"),
    ],
)
def test_a_string_that_is_no_nik_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert parse_nik(text) == NikProblem(reason)


@given(BIRTH_DATES, st.sampled_from(Sex), st.integers(1, 9999))
def test_every_birth_date_and_serial_makes_a_nik_that_agrees_with_it(birth: date, sex: Sex, serial: int) -> None:
    parts = parse_nik(nik_for(birth, sex, serial))
    assert isinstance(parts, NikParts)
    assert parts.sex is sex
    assert parts.serial == serial
    assert parts.could_be_born_on(birth)
    assert not parts.could_be_born_on(birth + timedelta(days=1))


def test_a_list_that_stays_at_the_school_hides_the_middle() -> None:
    assert masked_nik("6311060501080001") == "6311********0001"
