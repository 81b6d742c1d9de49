"""Print-ready records become jobs; every closed gate says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from station.domain.card import PrintReason
from station.domain.errors import BadInput, NotAllowed, Tampered
from station.domain.person import MaritalStatus
from station.keys.signing import SoftwareSigner
from station.print.gates import PrintDocument
from station.print.queue import JobState, PrintJob
from tests.unit.print.chip_bench import biodata
from tests.unit.print.print_bench import HEAD, NOW, OPERATOR, PrintBench, PrintWorld, people, sealed_record


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[PrintBench]:
    bench = PrintBench(PrintWorld(blanks=2), tmp_path / "station.db")
    yield bench
    bench.close()


def causes(job: PrintJob) -> list[str]:
    return [gate.message_id for gate in job.closed]


def test_a_first_recording_becomes_a_new_card_that_may_be_printed(bench: PrintBench) -> None:
    job = bench.queue.job(bench.deliver())
    assert (job.reason, job.printable) == (PrintReason.NEW, True)


def test_the_same_record_twice_makes_one_job(bench: PrintBench) -> None:
    bench.deliver()
    bench.deliver()
    assert len(bench.queue.jobs()) == 1


def test_a_newer_record_replaces_the_one_that_waits(bench: PrintBench) -> None:
    bench.deliver(number=1)
    bench.deliver(replace(biodata(), occupation="PETANI/PEKEBUN"), number=2)
    (job,) = bench.queue.jobs()
    assert bench.queue.record_of(job.job_id).biodata.occupation == "PETANI/PEKEBUN"
    assert bench.queue.counts()[JobState.WITHDRAWN] == 1


def test_a_permission_by_a_stranger_is_refused(bench: PrintBench) -> None:
    body = sealed_record(biodata(), signer=SoftwareSigner.generate())
    with pytest.raises(Tampered), bench.database.write() as connection:
        bench.queue.apply_print_record(connection, body, NOW)
    assert bench.queue.jobs() == []


def test_a_permission_for_other_data_or_past_its_time_closes_the_gate(bench: PrintBench) -> None:
    other = bench.queue.job(bench.deliver(biodata_sha256=bytes(32)))
    assert causes(other) == ["print-gate-authorisation-other-data"]
    past = (NOW - timedelta(days=1)).isoformat()
    expired = bench.queue.job(bench.deliver(people(2)[1], 2, expires_at=past))
    assert causes(expired) == ["print-gate-authorisation-expired"]


def test_sixteen_waits_for_the_local_birthday_and_marriage_opens_the_gate(bench: PrintBench) -> None:
    # 23 November 2026, 09.00 in Makassar; the birthday is the 24th
    young = replace(biodata(), birth_date=date(2009, 11, 24))
    job_id = bench.deliver(young)
    assert causes(bench.queue.job(job_id)) == ["print-gate-under-age"]
    assert [person.birthday for person in bench.queue.turning_17(date(2026, 11, 30))] == [date(2026, 11, 24)]
    bench.clock.advance(timedelta(hours=14, minutes=59))
    assert causes(bench.queue.job(job_id)) == ["print-gate-under-age"]
    bench.clock.advance(timedelta(minutes=1))
    assert bench.queue.job(job_id).printable
    assert bench.queue.turning_17(date(2026, 11, 30)) == []
    married = replace(people(2)[1], birth_date=date(2010, 5, 1), marital_status=MaritalStatus.MARRIED)
    assert bench.queue.job(bench.deliver(married, 2)).printable


def test_each_reason_asks_for_its_documents(bench: PrintBench) -> None:
    job_id = bench.deliver()
    bench.queue.set_reason(OPERATOR, job_id, PrintReason.DATA_CHANGE, [PrintDocument.OLD_CARD])
    assert causes(bench.queue.job(job_id)) == ["print-gate-document-bukti-perubahan"]
    bench.queue.set_reason(OPERATOR, job_id, PrintReason.LOST, [PrintDocument.POLICE_LETTER])
    assert bench.queue.job(job_id).printable
    with pytest.raises(NotAllowed):
        bench.queue.set_reason(HEAD, job_id, PrintReason.NEW, [])


def test_scarcity_puts_new_and_urgent_first_and_an_override_needs_a_second_person(bench: PrintBench) -> None:
    lost = bench.deliver()
    bench.queue.set_reason(OPERATOR, lost, PrintReason.LOST, [PrintDocument.POLICE_LETTER])
    new = bench.deliver(people(2)[1], 2)
    with bench.database.write() as connection:
        bench.queue.apply_policy(connection, {"scarcity": True}, NOW)
    assert bench.queue.scarcity
    assert [job.job_id for job in bench.queue.jobs()] == [new, lost]
    assert causes(bench.queue.job(lost)) == ["print-gate-scarcity"]
    with pytest.raises(NotAllowed):
        bench.queue.override_scarcity(OPERATOR, OPERATOR, lost, "berobat ke luar daerah")
    with pytest.raises(BadInput):
        bench.queue.override_scarcity(OPERATOR, HEAD, lost, " ")
    bench.queue.override_scarcity(OPERATOR, HEAD, lost, "berobat ke luar daerah")
    assert bench.queue.job(lost).printable


def test_a_deferred_job_gets_a_letter_and_comes_back(bench: PrintBench) -> None:
    job_id = bench.deliver()
    bench.queue.defer(OPERATOR, job_id)
    assert bench.queue.job(job_id).state is JobState.DEFERRED
    assert not bench.queue.job(job_id).printable
    bench.queue.requeue(OPERATOR, job_id)
    assert bench.queue.job(job_id).printable


def test_three_lists_of_a_school_show_their_differences(bench: PrintBench) -> None:
    person = biodata()
    bench.deliver(person)
    lists = bench.queue.three_way(attended=[person.nik, "A", "B"], recorded=[person.nik, "A"])
    assert lists.attended_not_recorded == {"B"}
    assert lists.recorded_not_printable == {"A"}
    assert lists.printable_not_attended == frozenset()
