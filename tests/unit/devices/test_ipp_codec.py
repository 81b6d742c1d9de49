"""Bytes of the Internet Printing Protocol: what arrives is a value of ours or a bad reply, never a printed card."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ippx import Attribute, IppMessage, JobState, Tag, encode

from station.devices.errors import BadReply, DeviceRefused
from station.devices.printer.interface import PrinterActivity, PrinterCondition
from station.devices.printer.ipp_messages import (
    IppRequests,
    encoded,
    jobs_of,
    printer_attributes,
    read_reply,
)
from station.devices.printer.ipp_page import page_document
from station.devices.printer.ipp_states import JobFacts, PrinterFacts, condition_of, device_id_field
from tests.contract.printer_contract import FACE

_NUMBER = 7


def _reply(*attributes: Attribute, group: Tag = Tag.PRINTER_ATTRS, status: int = 0) -> bytes:
    head = [Attribute("attributes-charset", Tag.CHARSET, ["utf-8"])]
    groups = [(Tag.OPERATION_ATTRS, head), (group, list(attributes))]
    return encode(IppMessage((2, 0), status, _NUMBER, groups))


def _printer(state: int, *reasons: str, **more: list[object]) -> PrinterFacts:
    values: dict[str, list[object]] = {"printer-state": [state], "printer-state-reasons": list(reasons)}
    return PrinterFacts.read(values | {name.replace("_", "-"): value for name, value in more.items()})


_JOB = _reply(
    Attribute("job-id", Tag.INTEGER, [3]),
    Attribute("job-name", Tag.NAME, ["station i-1:print:1"]),
    Attribute("job-state", Tag.ENUM, [9]),
    Attribute("job-state-reasons", Tag.KEYWORD, ["job-completed-successfully"]),
    Attribute("job-media-sheets-completed", Tag.INTEGER, [1]),
    group=Tag.JOB_ATTRS,
)
_PRINTER = _reply(
    Attribute("printer-state", Tag.ENUM, [3]),
    Attribute("printer-state-reasons", Tag.KEYWORD, ["none"]),
    Attribute("marker-types", Tag.KEYWORD, ["ink-ribbon", "transfer-unit"]),
    Attribute("marker-levels", Tag.INTEGER, [80, 40]),
)


def _read(data: bytes) -> tuple[list[JobFacts], PrinterFacts | None]:
    """Do with a reply what the driver does; raises nothing but BadReply, DeviceRefused and ValueError of the state."""
    reply = read_reply("pencetak", "job", _NUMBER, data)
    jobs = jobs_of("pencetak", "job", reply)
    try:
        return jobs, PrinterFacts.read(printer_attributes(reply))
    except ValueError:
        return jobs, None


def test_a_reply_is_read_as_it_is() -> None:
    (job,), _none = _read(_JOB)
    assert job == JobFacts(3, "i-1:print:1", JobState.COMPLETED, ("job-completed-successfully",), came_out=True)
    assert job.proven
    _jobs, facts = _read(_PRINTER)
    assert facts is not None
    assert (facts.activity, facts.conditions) == (PrinterActivity.READY, ())
    assert (facts.supplies.ribbon_percent, facts.supplies.film_percent) == (80, 40)


@given(st.binary(max_size=400))
def test_garbage_is_a_bad_reply(data: bytes) -> None:
    with pytest.raises((BadReply, DeviceRefused)):
        _read(data)


@given(st.sampled_from((_JOB, _PRINTER)), st.data())
def test_a_truncated_reply_is_a_bad_reply(whole: bytes, data: st.DataObject) -> None:
    with pytest.raises(BadReply):
        _read(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.sampled_from((_JOB, _PRINTER)), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6))
def test_flipped_bytes_never_raise_anything_else(whole: bytes, flips: list[tuple[int, int]]) -> None:
    damaged = bytearray(whole)
    for place, value in flips:
        damaged[place % len(damaged)] = value
    try:
        _read(bytes(damaged))
    except (BadReply, DeviceRefused):
        return


@given(st.integers(0, 2**32 - 1), st.sampled_from((_JOB, _PRINTER)))
def test_reordered_pieces_never_raise_anything_else(seed: int, whole: bytes) -> None:
    pieces = [whole[start : start + 16] for start in range(0, len(whole), 16)]
    random.Random(seed).shuffle(pieces)
    try:
        _read(b"".join(pieces))
    except (BadReply, DeviceRefused):
        return


@given(st.integers(0, 2**32 - 1))
def test_the_answer_to_another_request_is_a_bad_reply(number: int) -> None:
    damaged = _JOB[:4] + number.to_bytes(4) + _JOB[8:]
    if number == _NUMBER:
        assert _read(damaged)[0]
        return
    with pytest.raises(BadReply):
        _read(damaged)


@pytest.mark.parametrize("missing", ["job-id", "job-state"])
def test_a_job_without_number_or_state_is_a_bad_reply(missing: str) -> None:
    facts = {"job-id": Attribute("job-id", Tag.INTEGER, [3]), "job-state": Attribute("job-state", Tag.ENUM, [9])}
    del facts[missing]
    with pytest.raises(BadReply):
        _read(_reply(*facts.values(), group=Tag.JOB_ATTRS))


def test_a_refusal_is_told_with_its_code_and_words() -> None:
    with pytest.raises(DeviceRefused) as caught:
        _read(_reply(status=0x0507))
    assert (caught.value.code, caught.value.message_id) == ("busy", "printer-busy")
    with pytest.raises(DeviceRefused) as caught:
        _read(_reply(status=0x0403))
    assert (caught.value.code, caught.value.message_id) == ("refused-0403", "printer-refused")


@pytest.mark.parametrize(
    ("state", "reasons", "came_out", "proven"),
    [
        (JobState.COMPLETED, ("job-completed-successfully",), True, True),
        (JobState.COMPLETED, ("job-completed-successfully",), False, False),  # a spooler handed it on
        (JobState.COMPLETED, ("queued-in-device",), True, False),
        (JobState.CANCELED, (), True, False),
        (JobState.PROCESSING, (), True, False),
    ],
)
def test_completed_counts_only_with_a_sheet_the_printer_counted(
    state: JobState, reasons: tuple[str, ...], came_out: bool, proven: bool
) -> None:
    assert JobFacts(1, "i", state, reasons, came_out).proven is proven


def test_every_reason_that_stops_a_printer_is_told() -> None:
    assert _printer(5, "media-jam-error", "cover-open-error").conditions == (
        PrinterCondition.CARD_JAM,
        PrinterCondition.COVER_OPEN,
    )
    assert _printer(5, "vendor-heater-cold-error").conditions == (PrinterCondition.OTHER_FAULT,)
    assert _printer(5, "none").conditions == (PrinterCondition.OTHER_FAULT,)
    assert _printer(3, "media-empty-report", "marker-supply-low-report").conditions == ()
    assert _printer(3, printer_is_accepting_jobs=[False]).conditions == (PrinterCondition.PAUSED,)
    assert condition_of("media-jam-warning") is PrinterCondition.CARD_JAM


def test_an_empty_marker_is_the_one_whose_level_is_zero() -> None:
    markers: dict[str, list[object]] = {"marker_types": ["ink-ribbon", "transfer-unit"]}
    film = _printer(5, "marker-supply-empty-error", **markers, marker_levels=[30, 0])
    assert film.conditions == (PrinterCondition.FILM_OUT,)
    ribbon = _printer(5, "marker-supply-empty-error", **markers, marker_levels=[0, 30])
    assert ribbon.conditions == (PrinterCondition.RIBBON_OUT,)


@pytest.mark.parametrize("level", [-1, -2, -3])
def test_a_level_that_is_not_told_is_none(level: int) -> None:
    facts = _printer(3, marker_types=["ink-ribbon"], marker_levels=[level])
    assert facts.supplies.ribbon_percent is None
    assert facts.supplies.film_percent is None


@given(st.text(max_size=60))
def test_any_device_identifier_is_read_without_an_error(text: str) -> None:
    device_id_field(text, "SN")


def test_a_request_begins_as_the_standard_says_and_has_a_new_number_each_time() -> None:
    requests = IppRequests("ipp://192.0.2.1/ipp/print", "K-01")
    numbers = {requests.job(4).request_id for _ in range(3)}
    assert len(numbers) == 3
    message = requests.print_job("i-1:print:1", b"kartu", "image/png", "om_card_54x86mm")
    names = [attribute.name for attribute in message.groups[0][1]]
    assert names[:3] == ["attributes-charset", "attributes-natural-language", "printer-uri"]
    template = {attribute.name: attribute.values for attribute in message.groups[1][1]}
    assert template == {"copies": [1], "media": ["om_card_54x86mm"]}
    assert encoded(message).endswith(b"kartu")


def test_a_page_takes_the_best_format_the_printer_has() -> None:
    assert page_document(FACE, None, ("image/jpeg", "image/png")) == ("image/png", FACE)
    kind, pdf = page_document(FACE, FACE, ("image/png", "application/pdf")) or ("", b"")
    assert (kind, pdf[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.count(b"/Type /Page\n") == 2
    kind, jpeg = page_document(FACE, None, ("image/jpeg",)) or ("", b"")
    assert (kind, jpeg[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert page_document(FACE, FACE, ("image/png",)) is None
    assert page_document(FACE, None, ("application/postscript",)) is None
