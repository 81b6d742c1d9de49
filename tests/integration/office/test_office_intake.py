"""The intake worker: one packet that cannot go on never holds the others up; what is unreadable is said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from simulators.people import make_person
from station.capture.packet import open_packet
from station.domain.clock import ManualClock
from station.domain.errors import NotFound, StorageFailure
from station.office import incoming, tables
from station.office.centre_link import CentreStatus
from station.office.context import Office
from station.office.intake import FAILED, FOLLOWED, WAITING, IntakeWorker
from station.office.kits import new_code
from station.office.serve import RunningOffice, ServeOptions, open_office
from tests.integration.office.conftest import make_kit
from tests.integration.office.enrolled_people import members_of

NOW = datetime(2026, 1, 5, tzinfo=UTC)


class DecidingCentre:
    """Everything is print-ready."""

    away = False

    def statuses(self, packet_ids: list[str]) -> list[CentreStatus]:
        if self.away:
            raise StorageFailure("office-centre-away", reason="test")
        return [CentreStatus(packet_id, "PRINT_READY_RECORD", NOW, "") for packet_id in packet_ids]

    def print_record(self, packet_id: str) -> dict[str, Any]:
        return {"packet_id": packet_id}

    def policy(self) -> dict[str, Any]:
        return {"number": 0}

    def close(self) -> None:
        """Have nothing to close."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def centre() -> DecidingCentre:
    return DecidingCentre()


@pytest.fixture
def office(tmp_path: Path, clock: ManualClock, centre: DecidingCentre) -> Any:
    pretend: Any = centre
    opened = open_office(ServeOptions(tmp_path / "office"), clock=clock, centre=pretend)
    yield opened
    opened.close()


def add_kit(office: Office, kit_id: str, state: str = "paired", prints_at: str = "") -> None:
    with office.database.write() as connection:
        connection.execute(
            tables.kit.insert().values(
                kit_id=kit_id, state=state, signing_public=b"", sealing_recipient=office.secrets.recovery_recipient,
                certificate=b"", certificate_until="", prints_at=prints_at or kit_id, paired_at="", last_seen_at="",
            )
        )  # fmt: skip


def add_packet(office: Office, kit_id: str, digit: str, work: str) -> None:
    with office.database.write() as connection:
        connection.execute(
            tables.packet.insert().values(
                kit_id=kit_id, packet_id=digit * 32, sha256=b"", size=1, receipt=b"", received_at=NOW.isoformat(),
                work=work, work_at=NOW.isoformat(), nik="6311010101080001", status="SENT_FOR_ENROLLMENT",
                status_at=NOW.isoformat(),
            )
        )  # fmt: skip


def works(office: Office) -> dict[str, str]:
    with office.database.read() as connection:
        return {row.packet_id[0]: row.work for row in connection.execute(select(tables.packet))}


def feed_kinds(office: Office, kit_id: str) -> list[str]:
    with office.database.read() as connection:
        query = select(tables.feed.c.kind).where(tables.feed.c.kit_id == kit_id).order_by(tables.feed.c.n)
        return list(connection.execute(query).scalars())


def test_a_packet_whose_print_station_is_revoked_holds_no_other_up(office: Office) -> None:
    add_kit(office, "A", prints_at="GONE")
    add_kit(office, "B")
    add_kit(office, "GONE", state="revoked")
    add_packet(office, "A", "1", FOLLOWED)
    add_packet(office, "B", "2", FOLLOWED)
    IntakeWorker(office).work_once()
    assert works(office) == {"1": FOLLOWED, "2": "done"}
    assert feed_kinds(office, "B") == ["status", "print_record"]
    assert feed_kinds(office, "A") == [], "no status without its record"


def test_a_print_station_named_for_a_kit_gets_the_record(office: Office) -> None:
    add_kit(office, "A", prints_at="PRINT")
    add_kit(office, "PRINT")
    add_packet(office, "A", "1", FOLLOWED)
    IntakeWorker(office).work_once()
    assert (feed_kinds(office, "A"), feed_kinds(office, "PRINT")) == (["status"], ["print_record"])


def test_an_absent_centre_only_makes_things_wait(office: Office, centre: DecidingCentre, clock: ManualClock) -> None:
    add_kit(office, "A")
    add_packet(office, "A", "1", FOLLOWED)
    centre.away = True
    worker = IntakeWorker(office)
    with pytest.raises(StorageFailure):
        worker.work_once()
    centre.away = False
    clock.advance(timedelta(seconds=5))
    worker.work_once()
    assert works(office) == {"1": "done"}


def test_a_packet_that_cannot_be_opened_fails_after_three_tries_and_the_kit_is_told(
    office: Office, clock: ManualClock, tmp_path: Path
) -> None:
    add_kit(office, "A")
    add_packet(office, "A", "1", WAITING)
    folder = tmp_path / "office" / "packets" / "A"
    folder.mkdir(parents=True)
    (folder / f"{'1' * 32}.sealed").write_bytes(b"no packet at all")
    worker = IntakeWorker(office)
    for _turn in range(3):
        worker.work_once()
        clock.advance(timedelta(minutes=30))
    assert works(office) == {"1": FAILED}
    assert feed_kinds(office, "A") == ["status"]


async def test_a_packet_is_opened_once_while_there_is_no_centre(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def counting(path: Path, identities: Any) -> Any:
        opened.append(path)
        return open_packet(path, identities)

    monkeypatch.setattr("station.office.intake.open_packet", counting)
    options = ServeOptions(tmp_path / "office", port=0, intake=False)
    with RunningOffice(options) as office:
        kit = make_kit(tmp_path / "kit", office.url)
        await kit.engine.pair(new_code(office.office, "KIT-1"))
        name = kit.queue(kit.seal(members=list(members_of(make_person(5, 0, date(2026, 1, 5))))))
        assert (await kit.engine.run_once("lan")).receipts == 1
        worker = IntakeWorker(office.office)
        for _try in range(6):
            with office.office.database.write() as connection:
                connection.execute(tables.packet.update().values(work_at=""))
            worker.work_once()
        with office.office.database.read() as connection:
            row = connection.execute(select(tables.packet)).one()
    assert (row.packet_id, row.work, row.tries, row.note) == (name, WAITING, 6, "office-centre-not-set")
    assert len(opened) == 1


def test_an_upload_nobody_finished_is_forgotten_after_a_month(office: Office, clock: ManualClock) -> None:
    incoming.begin(office, "A", "1" * 32, 100)
    incoming.PartialFile(office, "A", "1" * 32, 0).append(b"half")
    worker = IntakeWorker(office)
    worker.work_once()
    assert incoming.look(office, "A", "1" * 32).offset == 4
    clock.advance(timedelta(days=31))
    worker.work_once()
    with pytest.raises(NotFound):
        incoming.look(office, "A", "1" * 32)
    assert not incoming.partial_path(office, "A", "1" * 32).exists()
