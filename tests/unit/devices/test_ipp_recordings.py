"""What a printer not written here (CUPS' `ippeveprinter`) really said, served to the driver again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import h11
import pytest

from simulators.replayer import Replayer
from station.devices.errors import BadReply, DeviceRefused, OutcomeUnknown
from station.devices.printer import ipp
from station.devices.printer.interface import CardPrinter
from station.devices.printer.ipp_messages import read_reply
from station.devices.transport.recording import Direction, read_recording
from tests.contract.printer_contract import FACE

_RECORDINGS = Path(__file__).parents[2] / "recordings"
_OPERATION = "i-1:print:1"
Served = Callable[[str], AbstractAsyncContextManager[CardPrinter]]


@asynccontextmanager
async def served(name: str) -> AsyncIterator[CardPrinter]:
    lines = (_RECORDINGS / f"ippeveprinter-{name}.jsonl").read_text(encoding="ascii").splitlines()
    replayer = Replayer(read_recording(lines), exact=False)
    # the port of the recording had five digits: a request must be as long as it was then
    port = await replayer.start()
    printer = ipp.open_printer(f"ipp://127.0.0.1:{port:05}/ipp/print", "pencetak", {"poll_s": "0.01"})
    await printer.identity()
    assert (await printer.readiness()).ready
    yield printer
    await printer.close()
    await replayer.stop()


async def test_a_card_it_counted_is_printed() -> None:
    async with served("good") as printer:
        await printer.print_card(_OPERATION, FACE, None, 20.0)
        status = await printer.status()
        assert (status.last_operation, status.last_operation_done) == (_OPERATION, True)
        assert (await printer.readiness()).details == {"printer-fact-ribbon": "79 %", "printer-fact-film": "54 %"}


async def test_a_jam_that_was_told_while_the_job_ran_is_the_reason_of_its_end() -> None:
    async with served("jam") as printer:
        with pytest.raises(DeviceRefused) as caught:
            await printer.print_card(_OPERATION, FACE, None, 20.0)
        assert caught.value.message_id == "printer-card-jam"


async def test_a_job_broken_off_without_a_word_leaves_open_what_became_of_the_card() -> None:
    async with served("broken-off") as printer:
        with pytest.raises(OutcomeUnknown) as caught:
            await printer.print_card(_OPERATION, FACE, None, 20.0)
        assert caught.value.message_id == "printer-job-aborted"


async def test_completed_without_a_counted_card_is_not_printed() -> None:
    async with served("spooler") as printer:
        with pytest.raises(OutcomeUnknown) as caught:
            await printer.print_card(_OPERATION, FACE, None, 20.0)
        assert caught.value.message_id == "printer-unproven"


def _answers(name: str) -> list[bytes]:
    """Return the IPP replies of a recording, taken out of HTTP."""
    pieces = read_recording((_RECORDINGS / f"ippeveprinter-{name}.jsonl").read_text(encoding="ascii").splitlines())
    replies = []
    for number in sorted({piece.connection for piece in pieces}):
        client = h11.Connection(h11.CLIENT)
        client.send(h11.Request(method="POST", target="/", headers=[("Host", "x"), ("Content-Length", "0")]))
        client.send(h11.EndOfMessage())
        for piece in pieces:
            if piece.connection == number and piece.direction is Direction.TO_DRIVER:
                client.receive_data(piece.data)
        body = b""
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            body += bytes(event.data) if isinstance(event, h11.Data) else b""
        replies.append(body)
    return replies


@pytest.mark.parametrize("name", ["good", "jam", "broken-off", "spooler"])
def test_every_recorded_reply_is_read_and_every_shortened_one_refused(name: str) -> None:
    replies = _answers(name)
    assert len(replies) > 8
    for reply in replies:
        read_reply("pencetak", "job", int.from_bytes(reply[4:8]), reply)
        for length in range(0, len(reply), 7):
            with pytest.raises(BadReply):
                read_reply("pencetak", "job", int.from_bytes(reply[4:8]), reply[:length])


def test_no_recording_says_more_than_it_should() -> None:
    for path in _RECORDINGS.glob("ippeveprinter-*.jsonl"):
        text = b"".join(bytes.fromhex(json.loads(line)["hex"]) for line in path.read_text().splitlines())
        assert b"Print" in text
        assert b"/work" not in text
        assert b"/tmp" not in text
