"""Jobs of the simulated IPP printer that come in steps: opened, filled, closed, cancelled, forgotten."""

from __future__ import annotations

import itertools

import pytest
from ippx import Attribute, IppMessage, JobState, Operation, Tag, decode, encode

from simulators.cards.chip import make_blanks
from simulators.cards.slot import CardSlot
from simulators.faults import FaultScript
from simulators.printer import ipp_jobs
from simulators.printer.ipp_answers import BAD_REQUEST, JOB_CANCELED, NOT_POSSIBLE, OK, ONE_DOCUMENT_ONLY, IppAnswers
from simulators.printer.ipp_jobs import IppJob, IppJobs
from simulators.printer.mechanism import PrinterMechanism
from tests.contract.printer_contract import FACE
from tests.unit.devices.far_ends import soon

URI = "ipp://127.0.0.1:1/ipp/print"
LAST, NOT_LAST = (Attribute("last-document", Tag.BOOLEAN, [value]) for value in (True, False))


class _Client:
    """Asks as a client does that sends its jobs in steps."""

    def __init__(self) -> None:
        printer = PrinterMechanism(FaultScript(), CardSlot())
        printer.hopper.extend(make_blanks(3, 1))
        self.jobs = IppJobs(printer, print_s=0.01)
        self._answers = IppAnswers(self.jobs, URI)
        self._numbers = itertools.count(1)

    def ask(
        self, operation: Operation, job_id: int = 0, *more: Attribute, data: bytes = b"", user: str = "satu"
    ) -> int:
        head = [
            Attribute("attributes-charset", Tag.CHARSET, ["utf-8"]),
            Attribute("attributes-natural-language", Tag.NATURAL_LANGUAGE, ["en"]),
            Attribute("printer-uri", Tag.URI, [URI]),
            *([Attribute("job-id", Tag.INTEGER, [job_id])] if job_id else []),
            Attribute("requesting-user-name", Tag.NAME, [user]),
            *more,
        ]
        groups = [(Tag.OPERATION_ATTRS, head)]
        request = IppMessage((2, 0), operation, next(self._numbers), groups, data)
        return int(decode(self._answers.answer(encode(request))).code)

    def job(self, number: int) -> IppJob:
        job = self.jobs.get(number)
        assert job is not None
        return job


@pytest.fixture
def client() -> _Client:
    return _Client()


async def test_a_job_in_steps_is_printed_when_its_last_document_is_there_and_not_before(client: _Client) -> None:
    client.jobs.start()
    assert client.ask(Operation.CREATE_JOB) == OK
    assert client.ask(Operation.SEND_DOCUMENT, 1, NOT_LAST, data=FACE) == OK
    assert client.job(1).state is JobState.PENDING_HELD
    assert client.ask(Operation.CREATE_JOB) == OK
    assert client.ask(Operation.SEND_DOCUMENT, 2, LAST, data=FACE) == OK
    await soon(lambda: client.job(2).state is JobState.COMPLETED)  # the one before it does not hold it up
    assert client.job(1).state is JobState.PENDING_HELD
    assert client.ask(Operation.CLOSE_JOB, 1) == OK
    await soon(lambda: client.job(1).state is JobState.COMPLETED)
    assert [card.front_png for card in client.jobs.printer.output] == [FACE, FACE]
    await client.jobs.stop()


def test_what_makes_no_sense_in_steps_is_refused(client: _Client) -> None:
    assert client.ask(Operation.CREATE_JOB) == OK
    assert client.ask(Operation.SEND_DOCUMENT, 1, data=FACE) == BAD_REQUEST
    assert client.ask(Operation.SEND_DOCUMENT, 1, NOT_LAST, data=FACE) == OK
    assert client.ask(Operation.SEND_DOCUMENT, 1, LAST, data=FACE) == ONE_DOCUMENT_ONLY
    assert client.ask(Operation.SEND_DOCUMENT, 1, LAST) == OK
    assert client.ask(Operation.SEND_DOCUMENT, 1, LAST, data=FACE) == NOT_POSSIBLE
    assert client.ask(Operation.CLOSE_JOB, 1) == NOT_POSSIBLE
    assert client.ask(Operation.CANCEL_JOB, 1) == OK
    assert client.ask(Operation.SEND_DOCUMENT, 1, LAST, data=FACE) == JOB_CANCELED


def test_somebody_cancels_their_own_jobs_only(client: _Client) -> None:
    for user in ("satu", "dua", "satu"):
        client.ask(Operation.CREATE_JOB, user=user)
    assert client.ask(Operation.CANCEL_MY_JOBS, 0, Attribute("job-ids", Tag.INTEGER, [2, 3])) == OK
    assert [client.job(number).active for number in (1, 2, 3)] == [True, True, False]
    assert client.ask(Operation.CANCEL_MY_JOBS) == OK
    assert [client.job(number).active for number in (1, 2, 3)] == [False, True, False]


async def test_a_job_that_nobody_goes_on_with_is_given_up(client: _Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipp_jobs, "GIVE_UP_AFTER_S", -1)
    assert client.ask(Operation.CREATE_JOB) == OK
    client.jobs.start()
    await soon(lambda: client.job(1).state is JobState.ABORTED)
    await client.jobs.stop()
