"""A desk with the golden month worked, and one with a bad day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.ledger.ledger_desk import Desk, open_desk
from tests.unit.ledger.test_ledger_usage import work_the_golden_days


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


@pytest.fixture
def golden(desk: Desk) -> Desk:
    work_the_golden_days(desk)
    return desk
