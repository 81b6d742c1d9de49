"""A school's list from the office's workbook to the kit, over real HTTP: signed, sealed, in order, with an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from station.domain.clock import ManualClock
from station.domain.errors import BadInput, NotAllowed
from station.keys.letters import Letter, seal_letter
from station.office.context import Office
from station.office.kits import new_code
from station.office.school_lists import LIFE, ListSent, preview_list, send_list
from station.office.serve import RunningOffice
from station.roster.office_lists import KIND, OfficeLists
from station.roster.school_name import LONGEST_SCHOOL_NAME
from station.staff.audit import AuditLog
from station.store import rosters
from station.sync.wire import FeedItem, dumps
from tests.integration.office.conftest import TestKit, letter_box, make_kit

SCHOOL = "SMAN 1 CONTOH"
MELATI = ("6311060501080001", "MELATI CONTOH", "L", "Paringin", "05-01-2008")
KENANGA = ("6311064501080002", "KENANGA CONTOH", "P", "Paringin", "05-01-2008")


@dataclass
class Station:
    """A kit that takes school lists."""

    kit: TestKit
    clock: ManualClock

    async def sync(self) -> list[str]:
        """Sync once and return the problems met."""
        return [problem.message_id for problem in (await self.kit.engine.run_once()).problems]

    def names(self) -> list[str]:
        """Return the students of the school."""
        with self.kit.database.read() as connection:
            school = rosters.school_named(connection, SCHOOL)
            return [] if school is None else [one.name for one in rosters.students(connection, school.school_id)]

    def receive(self, letter: Letter, office: Office) -> str:
        """Apply a letter as the feed brings it; return why it was set aside."""
        sealed = seal_letter(KIND, letter, office.secrets.signer, self.kit.keys.sealing_recipient)
        item = FeedItem(self.kit.engine._inbox.cursor() + 1, KIND, datetime.now(UTC), dumps({"sealed": sealed}))
        error = self.kit.engine._inbox.apply(item)
        return "" if error is None else error.message_id


@pytest.fixture
async def station(office: RunningOffice, tmp_path: Path) -> Station:
    kit = make_kit(tmp_path / "kit", office.url)
    clock = ManualClock(datetime.now(UTC))
    audit = AuditLog(kit.database, clock, kit.keys.signer)
    lists = OfficeLists(clock, kit.ids, audit, letter_box(kit))
    kit.engine._inbox._handlers[KIND] = lists.apply
    await kit.engine.pair(new_code(office.office, "KIT-1"))
    return Station(kit, clock)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return tmp_path / "daftar.xlsx"


def write(path: Path, *students: tuple[str, ...]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("XII A")
        sheet.write_row(0, 0, ("NIK", "Nama Lengkap", "L/P", "Tempat Lahir", "Tgl Lahir"))
        for row, student in enumerate(students, 1):
            sheet.write_row(row, 0, student)
    return path


def send(office: Office, path: Path) -> ListSent:
    return send_list(office, preview_list(office, path, SCHOOL), ("KIT-1",))


async def test_the_list_arrives_and_a_later_one_corrects_it(
    station: Station, office: RunningOffice, workbook: Path
) -> None:
    sent = send(office.office, write(workbook, MELATI, ("123", "TANPA NIK", "L", "Paringin", "05-01-2008")))
    assert (sent.students, sent.rejected, sent.kits) == (1, 1, ("KIT-1",))
    assert await station.sync() == []
    assert station.names() == ["MELATI CONTOH"]
    assert send(office.office, workbook).kits == (), "the same list is not sent twice"
    send(office.office, write(workbook, (MELATI[0], "MELATI HARUM CONTOH", *MELATI[2:]), KENANGA))
    assert await station.sync() == []
    assert station.names() == ["MELATI HARUM CONTOH", "KENANGA CONTOH"]


async def test_no_list_goes_to_a_kit_the_office_does_not_know(office: RunningOffice, workbook: Path) -> None:
    preview = preview_list(office.office, write(workbook, MELATI), SCHOOL)
    with pytest.raises(NotAllowed, match="office-kit-unknown"):
        send_list(office.office, preview, ("KIT-X",))


async def test_a_list_without_one_good_row_tells_its_doubts_and_is_not_sent(
    office: RunningOffice, workbook: Path
) -> None:
    preview = preview_list(office.office, write(workbook, ("123", *MELATI[1:])), SCHOOL)
    assert [problem.row for problem in preview.problems if problem.refuses] == [2]
    with pytest.raises(BadInput, match="office-list-without-rows"):
        send_list(office.office, preview, ("KIT-1",))
    workbook.with_suffix(".csv").write_text("a;b\n1;2\n")
    with pytest.raises(BadInput, match="roster-no-heading"):
        preview_list(office.office, workbook.with_suffix(".csv"), SCHOOL)


async def test_a_schools_name_of_any_length_is_judged_at_the_office_as_the_kit_judges_it(
    station: Station, office: RunningOffice, workbook: Path
) -> None:
    longest = f"SMA {'X' * (LONGEST_SCHOOL_NAME - 4)}"
    with pytest.raises(BadInput, match="roster-school-too-long"):
        preview_list(office.office, write(workbook, MELATI), f"{longest}Y")
    with pytest.raises(BadInput, match="roster-school-missing"):
        preview_list(office.office, write(workbook, MELATI), "  ")
    preview = preview_list(office.office, write(workbook, MELATI), f"  {longest}  ")
    assert send_list(office.office, preview, ("KIT-1",)).school == longest
    assert (await station.kit.engine.run_once("lan")).problems == ()
    with station.kit.database.read() as connection:
        assert rosters.school_named(connection, longest) is not None


async def test_an_older_a_late_and_a_senseless_list_change_nothing(station: Station, office: RunningOffice) -> None:
    now = station.clock.now()
    student = {
        "number": 1, "nik": MELATI[0], "name": "MELATI CONTOH", "birth_place": "PARINGIN", "birth_date": "2008-01-05",
        "sex": "LAKI-LAKI", "class_name": "XII A",
    }  # fmt: skip

    def letter(serial: int, students: list[dict[str, Any]], issued_at: datetime = now) -> Letter:
        return Letter("KIT-1", serial, issued_at, issued_at + LIFE, {"school": SCHOOL, "students": students})

    assert station.receive(letter(5, [student]), office.office) == ""
    changed = {**student, "name": "NAMA LAMA"}
    for serial in (4, 5):
        assert station.receive(letter(serial, [changed]), office.office) == "roster-letter-older"
    assert station.receive(letter(6, [changed], now - LIFE), office.office) == "roster-letter-over"
    senseless: list[list[dict[str, Any]]] = [
        [],
        [student, student],
        [{**student, "nik": "1"}],
        [{**student, "birth_date": "kemarin"}],
        [{**student, "sex": "?"}],
    ]
    for students in senseless:
        assert station.receive(letter(7, students), office.office) == "letter-malformed"
    assert station.names() == ["MELATI CONTOH"]
    station.clock.advance(LIFE + timedelta(days=1))
    assert station.kit.engine.retry_inbox() == 0
