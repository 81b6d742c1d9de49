from __future__ import annotations

import io
from pathlib import Path

import pytest

from simulators.display import CallBoardModel
from simulators.modem import ModemLine, ModemModel
from simulators.replayer import Replayer
from station.devices.display.jsonlines import open_board
from station.devices.errors import DeviceError
from station.devices.modem.at import open_modem
from station.devices.transport.recording import Direction, Recorder, read_recording
from station.domain.clock import SystemClock
from station.domain.errors import BadInput
from tests.unit.devices.far_ends import SmallWorld

_RECORDINGS = Path(__file__).parents[2] / "recordings"


async def test_what_a_modem_said_can_be_served_again() -> None:
    line = ModemLine(ModemModel(SmallWorld("modem CSQ 1 chatter"), SystemClock()))
    file = io.StringIO()
    recorder = Recorder(await line.start(), file, SystemClock())
    modem = open_modem(f"socket://127.0.0.1:{await recorder.start()}", "modem", {})
    identity, network = await modem.identity(), await modem.network()
    await modem.close()
    await recorder.stop()
    await line.stop()

    pieces = read_recording(io.StringIO(file.getvalue()))
    assert {piece.direction for piece in pieces} == set(Direction)
    replayer = Replayer(pieces)
    modem = open_modem(f"socket://127.0.0.1:{await replayer.start()}", "modem", {})
    assert (await modem.identity(), await modem.network()) == (identity, network)
    assert replayer.differences == []
    await modem.close()
    await replayer.stop()


async def test_sockets_are_recorded_too_and_a_difference_is_found() -> None:
    board_model = CallBoardModel(SmallWorld())
    file = io.StringIO()
    recorder = Recorder(await board_model.start(), file, SystemClock())
    board = open_board(f"tcp://127.0.0.1:{await recorder.start()}", "papan", {})
    await board.call(1, "CONTOH")
    await recorder.stop()
    await board_model.stop()

    replayer = Replayer(read_recording(io.StringIO(file.getvalue())))
    board = open_board(f"tcp://127.0.0.1:{await replayer.start()}", "papan", {})
    with pytest.raises(DeviceError):
        await board.call(2, "CONTOH")
    assert len(replayer.differences) == 1
    await replayer.stop()


def test_a_damaged_recording_names_its_line() -> None:
    with pytest.raises(BadInput) as caught:
        read_recording(['{"c": 1, "t": 0, "to": "device", "hex": "00"}', "{}"])
    assert caught.value.params["line"] == 2


@pytest.mark.parametrize("path", sorted(_RECORDINGS.glob("modem-*.jsonl")), ids=lambda path: str(path.stem))
async def test_kept_recordings_of_modems_still_read_the_same(path: Path) -> None:
    with path.open(encoding="ascii") as file:
        replayer = Replayer(read_recording(file))
    modem = open_modem(f"socket://127.0.0.1:{await replayer.start()}", "modem", {})
    assert (await modem.readiness()).ready
    assert replayer.differences == []
    await modem.close()
    await replayer.stop()
