"""A satellite receiver that sends NMEA 0183 (RMC, GGA, GST) at a steady rate on TCP, for `socket://`.

Faults (`gnss burst`): `silence seconds=N`, `no-fix seconds=N` the sky is covered, `garbage`
damaged bytes instead of sentences, `truncated` the sentence breaks off, `cut` the line is closed,
`clock seconds=N` satellite time differs from the world's.

Does not simulate: satellites; movement; leap seconds; multipath errors.
"""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta

from simulators.far_end import Surroundings, TcpFarEnd
from station.domain.clock import Clock

_PARINGIN = (-2.3361, 115.4702)


class GnssModel:
    """A receiver at a fixed place; `interval_s` between bursts, accuracy in metres."""

    def __init__(
        self,
        world: Surroundings,
        clock: Clock,
        place: tuple[float, float] = _PARINGIN,
        interval_s: float = 1.0,
        accuracy_m: float = 4.0,
        seed: int = 1,
    ) -> None:
        self._world = world
        self._clock = clock
        self.place = place
        self._interval_s = interval_s
        self._accuracy_m = accuracy_m
        self._random = random.Random(seed)
        self._far_end = TcpFarEnd(self._talk)
        self._no_fix_until_s = 0.0

    async def start(self, port: int = 0) -> str:
        """Listen on loopback; return the address for kit.toml."""
        return f"socket://127.0.0.1:{await self._far_end.start(port)}"

    async def stop(self) -> None:
        """Unplug the receiver."""
        await self._far_end.stop()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            fault = self._world.faults.take("gnss", "burst")
            action = fault.action if fault else ""
            shift = timedelta(seconds=fault.number("seconds", 120.0)) if fault and action == "clock" else timedelta()
            if fault and action == "no-fix":
                self._no_fix_until_s = self._clock.monotonic_s() + fault.number("seconds", 10.0)
            burst = self._burst(self._clock.now() + shift, self._clock.monotonic_s() >= self._no_fix_until_s)
            if action == "cut":
                return
            if fault and action == "silence":
                await asyncio.sleep(fault.number("seconds", 10.0))
            writer.write(_harmed(burst, action, self._random))
            await writer.drain()
            await asyncio.sleep(self._interval_s)

    def _burst(self, moment: datetime, fixed: bool) -> bytes:
        latitude = self.place[0] + self._random.gauss(0, 0.00001)
        longitude = self.place[1] + self._random.gauss(0, 0.00001)
        place = f"{_degrees(latitude, 2)},{'S' if latitude < 0 else 'N'}"
        place += f",{_degrees(longitude, 3)},{'W' if longitude < 0 else 'E'}"
        clock_time = f"{moment:%H%M%S}.{moment.microsecond // 10000:02d}"
        error_m = self._accuracy_m / 2**0.5
        if not fixed:
            place = ",,,"
        status, quality, satellites, hdop = ("A", 1, 9, "0.9") if fixed else ("V", 0, 2, "99.9")
        mode = "A" if fixed else "N"
        body = [
            f"GNRMC,{clock_time},{status},{place},0.0,0.0,{moment:%d%m%y},,,{mode}",
            f"GNGGA,{clock_time},{place},{quality},{satellites:02d},{hdop},42.0,M,48.0,M,,",
        ]
        if fixed:
            body.insert(1, f"GNGST,{clock_time},12,{error_m:.1f},{error_m:.1f},0,{error_m:.1f},{error_m:.1f},9.0")
        return b"".join(_sentence(text) for text in body)


def _sentence(text: str) -> bytes:
    check = 0
    for byte in text.encode("ascii"):
        check ^= byte
    return f"${text}*{check:02X}\r\n".encode("ascii")


def _degrees(value: float, digits: int) -> str:
    whole, rest = divmod(abs(value), 1)
    return f"{int(whole):0{digits}d}{rest * 60:07.4f}"


def _harmed(burst: bytes, action: str, chance: random.Random) -> bytes:
    if action == "garbage":
        return chance.randbytes(len(burst))
    if action == "truncated":
        return burst[: len(burst) // 3]
    return burst
