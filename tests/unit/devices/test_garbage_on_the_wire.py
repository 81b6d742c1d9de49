"""Every driver against far ends that talk nonsense: an error of ours within the deadline, never a wrong success."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from simulators.far_end import TcpFarEnd
from simulators.sbi import TestAuthority
from station.devices.camera.mjpeg import open_camera
from station.devices.display.jsonlines import open_board
from station.devices.errors import DeviceError, OutcomeUnknown
from station.devices.fingerprint.interface import FingerRequest
from station.devices.fingerprint.sbi import open_scanner
from station.devices.gnss.nmea import open_receiver
from station.devices.modem.at import open_modem
from station.devices.printer.agent_wire import encode_status
from station.devices.printer.hdp5000 import open_printer
from station.devices.printer.interface import CardPosition, PrinterActivity, PrinterStatus
from station.devices.signature.interface import SignatureRequest
from station.devices.signature.serial_pad import open_pad
from station.domain.sample import Slap

_SEEDS = range(6)
_FRAGMENTS = (
    b"OK\r\n",
    b"\r\nERROR\r\n",
    b'{"ok": true}\n',
    b"{",
    b"HTTP/1.1 200 OK\r\n",
    b"Content-Length: 5\r\n",
    b"Content-Type: multipart/x-mixed-replace; boundary=f\r\n",
    b"\r\n\r\n",
    b"--f\r\n",
    b"\xff\xd8\xff\xd9",
    b"+CPIN: ",
    b"+CSQ: 99999999999,9\r\n",
    b"$GPRMC,1,A,*00\r\n",
    b"\x7e\x91\x0a",
    b"\x7e\x81\x02",
    b'[{"deviceInfo": "a.b.c"}]',
)

_Open = Callable[[str, dict[str, str]], tuple[Any, Callable[[Any], Awaitable[object]]]]


def _scheme(address: str, scheme: str) -> str:
    return address.replace("tcp", scheme, 1)


_DRIVERS: dict[str, _Open] = {
    "display": lambda address, _options: (
        open_board(address, "papan", {"reply_timeout_s": "0.3"}),
        lambda board: board.identity(),
    ),
    "modem": lambda address, _options: (
        open_modem(_scheme(address, "socket"), "modem", {"reply_timeout_s": "0.15"}),
        lambda modem: modem.network(),
    ),
    "pad": lambda address, _options: (
        open_pad(_scheme(address, "socket"), "pad", {"reply_timeout_s": "0.2"}),
        lambda pad: pad.capture(SignatureRequest((), timeout_s=0.4)),
    ),
    "camera": lambda address, _options: (
        open_camera(_scheme(address, "http"), "kamera", {"frame_timeout_s": "0.4"}),
        lambda camera: camera.preview(),
    ),
    "printer": lambda address, _options: (
        open_printer(address, "printer", {"reply_timeout_s": "0.3"}),
        lambda printer: printer.status(),
    ),
    "sbi": lambda address, options: (
        open_scanner(_scheme(address, "http"), "sidik", options),
        lambda scanner: scanner.capture(FingerRequest.of_slap(Slap.THUMBS, timeout_s=0.3)),
    ),
}


@lru_cache(maxsize=1)
def _authority() -> TestAuthority:
    return TestAuthority(datetime.now(UTC))


def _babbler(seed: int) -> TcpFarEnd:
    chance = random.Random(seed)

    async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(60):
            noise = chance.randbytes(chance.randrange(1, 40))
            writer.write(chance.choice((*_FRAGMENTS, noise, noise, noise)))
            await writer.drain()
            await asyncio.sleep(chance.choice((0.0, 0.0, 0.02)))

    return TcpFarEnd(babble)


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.parametrize("kind", sorted(_DRIVERS))
async def test_nonsense_ends_in_an_error_of_ours_within_the_deadline(kind: str, seed: int, tmp_path: Path) -> None:
    far_end = _babbler(seed)
    address = f"tcp://127.0.0.1:{await far_end.start()}"
    trust_file = str(_authority().write_trust_file(tmp_path / "trust.pem"))
    device, use = _DRIVERS[kind](address, {"trust_file": trust_file})
    begin_s = time.monotonic()
    with pytest.raises(DeviceError):
        await use(device)
    assert time.monotonic() - begin_s < 8
    await device.close()
    await far_end.stop()


@pytest.mark.parametrize("seed", _SEEDS)
async def test_a_receiver_of_nonsense_has_no_fix(seed: int) -> None:
    far_end = _babbler(seed)
    receiver = open_receiver(f"socket://127.0.0.1:{await far_end.start()}", "gnss", {})
    with contextlib.suppress(DeviceError):
        assert await receiver.fix(0.3) is None
    await receiver.close()
    await far_end.stop()


@pytest.mark.parametrize("garbled", [b"\xff\xfe\n", b'{"id": 1, "ok": true}\n', b"[" * 100_000 + b"\n"])
async def test_a_movement_answered_with_nonsense_is_doubtful_and_the_next_question_has_its_own_answer(
    garbled: bytes,
) -> None:
    state = PrinterStatus(PrinterActivity.READY, CardPosition.NONE, (), 80.0, "", True)

    async def agent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            asked = json.loads(line)
            good = json.dumps({"id": asked["id"], "ok": True, "result": encode_status(state)}).encode() + b"\n"
            writer.write(garbled + good if asked["command"] == "feed" else good)
            await writer.drain()

    far_end = TcpFarEnd(agent)
    printer = open_printer(f"tcp://127.0.0.1:{await far_end.start()}", "printer", {"reply_timeout_s": "0.5"})
    with pytest.raises(OutcomeUnknown):
        await printer.feed_to_encoder("operation-1")
    assert (await printer.status()).card_position is CardPosition.NONE
    await printer.close()
    await far_end.stop()
