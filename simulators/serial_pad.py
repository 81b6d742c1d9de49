"""A signature pad on a serial line: the person before the kit signs when the pad asks.

Faults: (`signature start`): `silence` no acknowledgement, `refuse code=N`, `cut`, `no-ink` the person
does not sign, `lost` one report is missing, `damaged` one report has a wrong checksum, `garbage` noise
bytes between reports, `swapped` two reports in the wrong order. (`signature get_info`): `silence`, `garbage`.

Does not simulate: pen tilt; a picture on the pad; a pen that runs out of battery.
"""

from __future__ import annotations

import asyncio
import random
from typing import Any

from simulators.far_end import TcpFarEnd
from simulators.tempo import spread
from simulators.usb.surroundings import Surroundings
from station.devices.signature.serial_pad_codec import Frame, FrameReader, FrameType, PadInfo, PenReport
from station.domain.sample import PenSample

INFO = PadInfo(9600, 6000, 1023, 200, 1000, "Contoh", "PAD-S1", "SP-0001", "1.2")
_ACCEPTED, _REFUSED = 0, 2
_WAIT_FOR_PERSON_S = 0.05


class SerialPadModel:
    """A pad on TCP, for `socket://`; people take the pen after about `ready_s`, sign `speed` times faster than life."""

    def __init__(self, world: Surroundings, speed: float = 1.0, ready_s: float = 0.0) -> None:
        self._world = world
        self._speed = speed
        self._ready_s = ready_s
        self._random = random.Random(INFO.serial)
        self._far_end = TcpFarEnd(self._converse)
        self._signing: asyncio.Task[None] | None = None
        self.lines: dict[int, str] = {}
        self.clears = 0

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; return the address for kit.toml."""
        return f"socket://127.0.0.1:{await self._far_end.start(port)}"

    async def stop(self) -> None:
        """Unplug the pad."""
        await self._far_end.stop()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = FrameReader()
        try:
            while data := await reader.read(1024):
                for frame in frames.feed(data):
                    self._obey(frame, writer)
                await writer.drain()
        finally:
            self._put_pen_down()

    def _obey(self, frame: Frame, writer: asyncio.StreamWriter) -> None:
        word = FrameType(frame.type).name.lower() if frame.type in set(FrameType) else "unknown"
        fault = self._world.faults.take("signature", word)
        action = fault.action if fault else ""
        if action == "silence":
            return
        if action == "cut":
            writer.transport.abort()
            return
        code = int(fault.number("code", _REFUSED)) if fault and action == "refuse" else _ACCEPTED
        if frame.type == FrameType.GET_INFO:
            reply = Frame(FrameType.INFO, INFO.encoded()).encoded()
            writer.write(reply[:-1] + b"\x00" if action == "garbage" else reply)
            return
        if not code:
            self._do(frame, action, writer)
        writer.write(Frame(FrameType.ACKNOWLEDGE, bytes((frame.type, code))).encoded())

    def _do(self, frame: Frame, action: str, writer: asyncio.StreamWriter) -> None:
        if frame.type == FrameType.START:
            self._put_pen_down()
            self._signing = asyncio.create_task(self._sign(action, writer))
        elif frame.type == FrameType.STOP:
            self._put_pen_down()
        elif frame.type == FrameType.CLEAR:
            self.clears += 1
            self.lines.clear()
        elif frame.type == FrameType.SHOW and frame.payload:
            self.lines[frame.payload[0]] = frame.payload[1:].decode("ascii", "replace")

    def _put_pen_down(self) -> None:
        if self._signing is not None:
            self._signing.cancel()
            self._signing = None

    async def _sign(self, action: str, writer: asyncio.StreamWriter) -> None:
        person = await self._somebody()
        await asyncio.sleep(spread(self._random, self._ready_s))
        if action == "no-ink":
            return
        samples: tuple[PenSample, ...] = person.signature_samples(self._world.next_attempt("signature", "signature"))
        begin_s = asyncio.get_running_loop().time()
        for place, frames in enumerate(_on_the_wire(samples, action)):
            due_s = begin_s + samples[min(place, len(samples) - 1)].time_ms / 1000 / self._speed
            await asyncio.sleep(max(0.0, due_s - asyncio.get_running_loop().time()))
            writer.write(frames)
            await writer.drain()

    async def _somebody(self) -> Any:
        person = self._world.subject()
        while person is None:
            await asyncio.sleep(_WAIT_FOR_PERSON_S)
            person = self._world.subject()
        return person


def _on_the_wire(samples: tuple[PenSample, ...], action: str) -> list[bytes]:
    reports = [
        PenReport(
            number % 256, sample.time_ms % 65536, sample.x, sample.y, sample.pressure, sample.touching, in_range=True
        )
        for number, sample in enumerate(samples)
    ]
    frames = [Frame(FrameType.PEN, report.encoded()).encoded() for report in reports]
    middle = len(frames) // 2
    if action == "lost":
        del frames[middle]
    elif action == "damaged":
        frames[middle] = frames[middle][:-1] + bytes((frames[middle][-1] ^ 0xFF,))
    elif action == "garbage":
        frames[middle] = b"\x00\x11\x7e\x22" + frames[middle]
    elif action == "swapped":
        frames[middle], frames[middle + 1] = frames[middle + 1], frames[middle]
    return frames
