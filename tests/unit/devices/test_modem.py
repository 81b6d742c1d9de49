from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.modem import ModemLine, ModemModel
from station.devices.errors import BadReply, DeviceRefused, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.modem.at import AtModem, open_modem
from station.devices.modem.at_codec import AtCodec, AtCommand, AtReply, Unasked, fields
from station.devices.modem.interface import AccessTechnology, RegistrationState, SimState
from station.domain.clock import SystemClock
from station.domain.errors import BadInput
from tests.unit.devices.far_ends import SmallWorld

_SIGNAL = AtCommand("AT+CSQ", "+CSQ:")


def _dialogue(command: AtCommand, data: bytes) -> list[AtReply | Unasked]:
    codec = AtCodec()
    codec.begin(command)
    return codec.feed(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n+CSQ: 17,99\r\n\r\nOK\r\n",
        b"AT+CSQ\r\r\n+CSQ: 17,99\r\n\r\nOK\r\n",
        b"+CSQ:17,99\nOK\n",
        b"\r+CSQ: 17,99\rOK\r",
    ],
)
def test_a_reply_reads_the_same_with_echo_and_any_line_ends(data: bytes) -> None:
    assert _dialogue(_SIGNAL, data) == [AtReply(("17,99",))]


def test_unasked_codes_between_the_lines_are_kept_apart() -> None:
    data = b"\r\n+CREG: 1\r\n+CSQ: 17,99\r\nRING\r\n+CGEV: NW MODIFY 1,3\r\n\r\nOK\r\n"
    *news, reply = _dialogue(_SIGNAL, data)
    assert reply == AtReply(("17,99",))
    assert news == [Unasked("+CREG: 1"), Unasked("RING"), Unasked("+CGEV: NW MODIFY 1,3")]


def test_news_of_registration_is_not_the_answer_to_the_question() -> None:
    data = b'+CREG: 1,"1A2B","01C3D4E5",7\r\n+CREG: 2,5,"1A2B","01C3D4E5",7\r\nOK\r\n'
    events = _dialogue(AtCommand("AT+CREG?", "+CREG:"), data)
    assert events[-1] == AtReply(('2,5,"1A2B","01C3D4E5",7',))


def test_a_coded_error_ends_the_reply() -> None:
    assert _dialogue(_SIGNAL, b"\r\n+CME ERROR: 10\r\n") == [AtReply((), "10")]
    assert _dialogue(_SIGNAL, b"\r\nERROR\r\n") == [AtReply((), "ERROR")]


def test_commas_inside_quotation_marks_do_not_split() -> None:
    assert fields('0,0,"CONTOH, SELULER",7') == ["0", "0", "CONTOH, SELULER", "7"]


@given(st.lists(st.binary(max_size=40), max_size=10))
@settings(max_examples=60, deadline=None)
def test_garbage_gives_no_reply_with_lines_of_another_command(pieces: list[bytes]) -> None:
    codec = AtCodec()
    codec.begin(_SIGNAL)
    for piece in pieces:
        for event in codec.feed(piece.replace(b"+CSQ:", b"")):
            assert not (isinstance(event, AtReply) and event.lines)


class _Path:
    def __init__(self) -> None:
        self.history: list[bool] = []
        self.sent_bytes = 1000
        self.received_bytes = 5000

    def bring_up(self) -> None:
        self.history.append(True)

    def bring_down(self) -> None:
        self.history.append(False)


class _Bench:
    """A modem, its model and its path, on TCP or a pseudo-terminal."""

    def __init__(self, *faults: str, pin: str = "", search_s: float = 0.0) -> None:
        self.path = _Path()
        self.model = ModemModel(SmallWorld(*faults), SystemClock(), self.path, pin, search_s)
        self.line = ModemLine(self.model)

    async def modem(self, *, terminal: bool = False) -> AtModem:
        address = self.line.start_terminal() if terminal else await self.line.start()
        return open_modem(address, "modem", {"reply_timeout_s": "0.5"})


@pytest.mark.parametrize("terminal", [False, True])
async def test_data_flows_only_while_the_context_is_up(terminal: bool) -> None:
    bench = _Bench()
    modem = await bench.modem(terminal=terminal)
    assert (await modem.identity()).serial == "001017003456784"
    assert (await modem.readiness()).ready
    assert await modem.connect("m2m.contoh") == "10.64.17.8"
    assert bench.path.history == [True]
    bench.path.sent_bytes += 300
    bench.path.received_bytes += 40
    counters = await modem.counters()
    assert (counters.sent_bytes, counters.received_bytes) == (300, 40)
    await modem.disconnect()
    assert bench.path.history == [True, False]
    await modem.close()
    await bench.line.stop()


async def test_the_state_of_the_network_is_told_in_our_words() -> None:
    bench = _Bench()
    modem = await bench.modem()
    state = await modem.network()
    assert state.registration is RegistrationState.HOME
    assert state.technology is AccessTechnology.G4
    assert (state.operator, state.signal_dbm, state.attached) == ("CONTOH SELULER", -79, True)
    bench.model.lose_signal()
    assert (await modem.readiness()).problems == ("modem-not-registered", "modem-no-signal")
    assert "+CREG: 2" in modem.unasked
    await modem.close()
    await bench.line.stop()


async def test_another_vendors_byte_counter_is_understood() -> None:
    bench = _Bench()
    bench.model.vendor = "huawei"
    modem = await bench.modem()
    assert (await modem.counters()).received_bytes == 5000
    await modem.close()
    await bench.line.stop()


async def test_a_wrong_pin_is_tried_once_and_said() -> None:
    bench = _Bench(pin="1234")
    modem = await bench.modem()
    assert await modem.sim_state() is SimState.PIN_NEEDED
    with pytest.raises(DeviceRefused) as refused:
        await modem.enter_pin("9999")
    assert refused.value.message_id == "modem-pin-wrong"
    assert bench.model.pin_tries == 2
    await modem.enter_pin("1234")
    assert await modem.sim_state() is SimState.READY
    with pytest.raises(BadInput):
        await modem.enter_pin('1"; AT')
    await modem.close()
    await bench.line.stop()


async def test_an_unanswered_pin_is_an_unknown_outcome() -> None:
    bench = _Bench("modem CPIN 2 silence", pin="1234")
    modem = await bench.modem()
    await modem.sim_state()
    with pytest.raises(OutcomeUnknown):
        async with asyncio.timeout(8):
            await modem.enter_pin("1234")
    await modem.close()
    await bench.line.stop()


async def test_without_a_sim_nothing_is_connected() -> None:
    bench = _Bench()
    bench.model.pull_sim()
    modem = await bench.modem()
    assert "modem-sim-absent" in (await modem.readiness()).problems
    with pytest.raises(DeviceRefused) as refused:
        await modem.connect("m2m.contoh")
    assert refused.value.message_id == "modem-sim-absent"
    await modem.close()
    await bench.line.stop()


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("modem CPIN 1 no-sim seconds=0.3", "modem-sim-absent"),
        ("modem CREG 1 no-signal seconds=0.3", "modem-no-signal"),
    ],
)
async def test_a_sim_or_signal_that_is_gone_for_a_while_is_told_while_it_is(fault: str, problem: str) -> None:
    bench = _Bench(fault)
    modem = await bench.modem()
    assert problem in (await modem.readiness()).problems
    await asyncio.sleep(0.4)
    assert (await modem.readiness()).ready
    await modem.close()
    await bench.line.stop()


async def test_registration_is_waited_for_up_to_the_deadline() -> None:
    bench = _Bench(search_s=0.8)
    modem = await bench.modem()
    with pytest.raises(NoReply) as late:
        await modem.connect("m2m.contoh", timeout_s=0.5)
    assert late.value.message_id == "modem-not-registered"
    await modem.connect("m2m.contoh", timeout_s=5.0)
    await modem.close()
    await bench.line.stop()


async def test_chatter_between_reply_lines_changes_nothing() -> None:
    bench = _Bench("modem CSQ 1 chatter", "modem CREG 2 chatter", "modem CEREG 2 chatter")
    modem = await bench.modem()
    assert (await modem.network()).signal_dbm == -79
    await modem.close()
    await bench.line.stop()


async def test_a_late_answer_never_passes_for_the_answer_to_the_next_command() -> None:
    bench = _Bench("modem CSQ 1 late seconds=0.6", "modem CGACT 1 cme code=30")
    modem = await bench.modem()
    with pytest.raises(NoReply):
        await modem.network()
    with pytest.raises(DeviceRefused):
        await modem.disconnect()
    await modem.close()
    await bench.line.stop()


@pytest.mark.parametrize(
    ("action", "expected"), [("garbage", NoReply), ("truncated", NoReply), ("cut", DeviceUnavailable)]
)
async def test_every_fault_on_the_line_has_its_error(action: str, expected: type[Exception]) -> None:
    bench = _Bench(f"modem CGSN 1 {action}")
    modem = await bench.modem()
    with pytest.raises(expected):
        await modem.identity()
    assert (await modem.identity()).model == "CM-4G"
    await modem.close()
    await bench.line.stop()


async def test_an_unplugged_modem_is_told_at_once_and_picked_up_again() -> None:
    bench = _Bench()
    modem = await bench.modem()
    await modem.identity()
    await bench.line.stop()
    assert (await modem.readiness()).problems == ("device-unavailable",)
    await bench.line.start()
    assert (await modem.readiness()).ready
    await modem.close()
    await modem.close()
    await bench.line.stop()


async def test_many_tasks_may_ask_at_once() -> None:
    bench = _Bench()
    modem = await bench.modem()
    results = await asyncio.gather(*(modem.sim_state() for _ in range(20)))
    assert set(results) == {SimState.READY}
    await modem.close()
    await bench.line.stop()


async def test_a_bad_number_in_a_reply_is_a_bad_reply() -> None:
    bench = _Bench()
    bench.model.network.signal = -5
    modem = await bench.modem()
    with pytest.raises(BadReply):
        await modem.network()
    await modem.close()
    await bench.line.stop()
