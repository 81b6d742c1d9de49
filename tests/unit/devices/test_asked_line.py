"""A device that speaks when asked: only its own answer to this very question counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from simulators.far_end import TcpFarEnd
from station.devices.errors import BadReply, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.transport.asked_line import AskedLine
from station.devices.transport.line_splitter import LineSplitter
from tests.contract.terminal import Terminal


class _Codec:
    """Each whole line is an answer."""

    def __init__(self) -> None:
        self._lines = LineSplitter(longest=64)

    def feed(self, data: bytes) -> list[bytes]:
        lines = self._lines.feed(data)
        if b"=nonsense" in lines:
            raise ValueError("nonsense")
        if b"=bug" in lines:
            raise ZeroDivisionError
        return lines


class _FarEnd:
    """Answers `=<question>`, except where told otherwise."""

    def __init__(self) -> None:
        self.next: list[Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]] = []
        self.server = TcpFarEnd(self._converse)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while question := await reader.readuntil(b"\r"):
            if self.next:
                await self.next.pop(0)(writer, question)
            else:
                writer.write(b"=" + question)
            await writer.drain()


async def _silence(_writer: asyncio.StreamWriter, _question: bytes) -> None:
    return


async def _half(writer: asyncio.StreamWriter, _question: bytes) -> None:
    writer.write(b"=hal")


async def _late(writer: asyncio.StreamWriter, _question: bytes) -> None:
    asyncio.get_running_loop().call_later(0.4, writer.write, b"=late\r")


async def _chatter(writer: asyncio.StreamWriter, question: bytes) -> None:
    writer.write(b"unasked\r=" + question)


Line = tuple[AskedLine[bytes], _FarEnd]


@pytest.fixture(params=[False, True], ids=["socket", "terminal"])
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    far_end, terminal = _FarEnd(), Terminal(tmp_path, "ttyASKED")
    address = f"socket://127.0.0.1:{await far_end.server.start()}"
    if request.param:
        await terminal.plug(address)
        address = terminal.address
    asked: AskedLine[bytes] = AskedLine(address, "alat", _Codec, 9600, reply_timeout_s=0.3)
    yield asked, far_end
    await asked.close()
    terminal.unplug()
    await far_end.server.stop()


async def _ask(asked: AskedLine[bytes], word: bytes, *, repeatable: bool = True) -> bytes:
    return await asked.ask("ask", word + b"\r", lambda answer: answer.startswith(b"="), repeatable=repeatable)


async def test_questions_asked_at_once_get_their_own_answers(line: Line) -> None:
    words = [b"a%d" % number for number in range(8)]
    assert await asyncio.gather(*(_ask(line[0], word) for word in words)) == [b"=" + word for word in words]


async def test_what_does_not_fit_is_passed_over(line: Line) -> None:
    line[1].next = [_chatter]
    assert await _ask(line[0], b"x") == b"=x"


@pytest.mark.parametrize("fault", [_silence, _half, _late])
async def test_a_lost_half_or_late_answer_never_passes_for_the_next(
    line: Line, fault: Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]
) -> None:
    line[1].next = [fault]
    with pytest.raises(NoReply):
        await _ask(line[0], b"first")
    assert await _ask(line[0], b"second") == b"=second"


async def test_what_the_codec_finds_to_be_nonsense_is_a_bad_reply(line: Line) -> None:
    with pytest.raises(BadReply):
        await _ask(line[0], b"nonsense")
    with pytest.raises(OutcomeUnknown):
        await _ask(line[0], b"nonsense", repeatable=False)
    assert await _ask(line[0], b"second") == b"=second"


async def test_a_codec_with_a_bug_is_told_at_once_and_the_next_question_is_answered(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DeviceUnavailable) as broken:
        await _ask(line[0], b"bug")
    assert broken.value.message_id == "driver-broken"
    assert "ZeroDivisionError" in caplog.text
    assert await _ask(line[0], b"second") == b"=second"


async def test_an_unanswered_question_that_may_not_be_repeated_leaves_its_outcome_open(line: Line) -> None:
    line[1].next = [_silence]
    with pytest.raises(OutcomeUnknown):
        await _ask(line[0], b"move", repeatable=False)


async def test_closing_tells_whoever_waits_at_once_and_the_next_question_opens_again(line: Line) -> None:
    line[1].next = [_silence]
    asked = line[0]
    asked._reply_timeout_s = 20.0
    waiting = asyncio.ensure_future(_ask(asked, b"x"))
    await asyncio.sleep(0.15)
    started_s = time.monotonic()
    await asked.close()
    with pytest.raises(DeviceUnavailable):
        await waiting
    assert time.monotonic() - started_s < 0.5
    assert await _ask(asked, b"again") == b"=again"
    await asked.close()
    await asked.close()


async def test_closing_after_a_command_with_a_physical_effect_went_out_leaves_its_outcome_open(line: Line) -> None:
    line[1].next = [_silence]
    asked = line[0]
    asked._reply_timeout_s = 20.0
    waiting = asyncio.ensure_future(_ask(asked, b"print", repeatable=False))
    await asyncio.sleep(0.15)
    await asked.close()
    with pytest.raises(OutcomeUnknown):
        await waiting


async def test_an_unplugged_cable_after_a_command_with_a_physical_effect_leaves_its_outcome_open() -> None:
    far_end = _FarEnd()

    async def pull_the_cable(writer: asyncio.StreamWriter, _question: bytes) -> None:
        writer.close()

    far_end.next = [pull_the_cable, pull_the_cable]
    address = f"socket://127.0.0.1:{await far_end.server.start()}"
    asked: AskedLine[bytes] = AskedLine(address, "alat", _Codec, 9600, reply_timeout_s=5.0)
    with pytest.raises(OutcomeUnknown):
        await _ask(asked, b"print", repeatable=False)
    with pytest.raises(DeviceUnavailable):
        await _ask(asked, b"state")
    await asked.close()
    await far_end.server.stop()
    with pytest.raises(DeviceUnavailable):
        await _ask(asked, b"print", repeatable=False)


async def test_closing_frees_those_who_wait_for_the_line_and_nothing_of_theirs_is_sent(line: Line) -> None:
    line[1].next = [_silence]
    asked = line[0]
    asked._reply_timeout_s = 20.0
    waiting = [asyncio.ensure_future(_ask(asked, word, repeatable=False)) for word in (b"first", b"second", b"third")]
    await asyncio.sleep(0.15)
    await asked.close()
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(end) for end in ends] == [OutcomeUnknown, DeviceUnavailable, DeviceUnavailable]
    assert not asked._port.is_open


async def test_a_command_of_several_questions_never_goes_on_with_another_connection(line: Line) -> None:
    asked = line[0]
    async with asked.hold("print") as held:
        assert await held.ask("print", b"one\r", lambda answer: answer == b"=one") == b"=one"
        other = asyncio.ensure_future(_ask(asked, b"other"))
        await asyncio.sleep(0.05)
        assert not other.done(), "nobody asks in between"
        asked._port.close()
        with pytest.raises(DeviceUnavailable):
            await held.ask("print", b"two\r", lambda answer: answer == b"=two", repeatable=False)
    assert await other == b"=other"
