"""Who may be recorded, who may have a card, which colour hangs behind."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.domain.card import PhotoBackground, may_be_recorded, may_have_card, photo_background
from station.domain.person import Citizenship, MaritalStatus, age_on, birthday_in_year

TODAY = date(2026, 11, 23)


@given(st.dates(min_value=date(1940, 1, 1), max_value=date(2026, 1, 1)), st.integers(1, 90))
def test_age_changes_on_the_birthday_and_not_a_day_before(birth: date, age: int) -> None:
    birthday = birthday_in_year(birth, age)
    assert age_on(birth, birthday) == age
    assert age_on(birth, birthday - timedelta(days=1)) == age - 1


def test_someone_born_on_leap_day_turns_seventeen_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert not may_have_card(born, MaritalStatus.SINGLE, date(2025, 2, 28))
    assert may_have_card(born, MaritalStatus.SINGLE, date(2025, 3, 1))
    assert birthday_in_year(born, 17) == date(2025, 3, 1)


@pytest.mark.parametrize("status", [MaritalStatus.MARRIED, MaritalStatus.DIVORCED, MaritalStatus.WIDOWED])
def test_who_was_ever_married_may_have_a_card_at_any_age(status: MaritalStatus) -> None:
    assert may_have_card(date(2011, 6, 1), status, TODAY)
    assert may_be_recorded(date(2011, 6, 1), status, TODAY)


def test_sixteen_is_recorded_and_waits_for_the_card() -> None:
    born = date(2010, 11, 23)
    assert may_be_recorded(born, MaritalStatus.SINGLE, TODAY)
    assert not may_be_recorded(born, MaritalStatus.SINGLE, TODAY - timedelta(days=1))
    assert not may_have_card(born, MaritalStatus.SINGLE, TODAY)


def test_background_is_red_for_odd_and_blue_for_even_years_and_orange_for_foreigners() -> None:
    assert photo_background(date(2009, 5, 1), Citizenship.INDONESIAN) is PhotoBackground.RED
    assert photo_background(date(2008, 5, 1), Citizenship.INDONESIAN) is PhotoBackground.BLUE
    assert photo_background(date(2008, 5, 1), Citizenship.FOREIGN) is PhotoBackground.ORANGE
