"""A satellite receiver that sends NMEA 0183 on a serial line.

The receiver is never written to: it talks once a second by itself. A fix is only
returned while it is fresh, so a receiver that went silent shows no old position.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Future

from station.devices.errors import DeviceError, DeviceUnavailable
from station.devices.gnss.interface import GnssFix
from station.devices.gnss.nmea_codec import NmeaCodec
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport.serial_port import SerialPort
from station.domain.clock import Clock, SystemClock

# A receiver speaks once a second.
_FIRST_WORD_S = 1.3


class NmeaReceiver:
    """A `GnssReceiver` on a pyserial address. `fresh_s`: how long a fix counts as the present one."""

    def __init__(self, address: str, name: str, baud: int, fresh_s: float, clock: Clock) -> None:
        self._name = name
        self._fresh_s = fresh_s
        self._clock = clock
        self._port = SerialPort(address, name, self, baud)
        self._lock = threading.Lock()
        self._codec = NmeaCodec()
        self._newest: tuple[float, GnssFix] | None = None
        self._waiting: list[Future[GnssFix]] = []
        self._heard_at_s: float | None = None

    @property
    def connected(self) -> bool:
        """Tell whether the line is open and being read."""
        return self._port.is_open

    async def identity(self) -> DeviceIdentity:
        """Return the little that NMEA says about a receiver."""
        await self._port.open()
        return DeviceIdentity("NMEA 0183", self._name, "-", "-")

    async def readiness(self) -> Readiness:
        """Return every reason why there is no fix now; waits a moment for the next sentences."""
        try:
            fix = await self.fix(min(self._fresh_s, _FIRST_WORD_S))
        except DeviceError as error:
            return Readiness((error.message_id,))
        with self._lock:
            silent = self._heard_at_s is None or self._clock.monotonic_s() - self._heard_at_s > self._fresh_s
            details = {"gnss-satellites": str(self._codec.satellites)}
        if fix is not None:
            return Readiness((), details | {"gnss-accuracy-m": f"{fix.accuracy_m:.0f}"})
        return Readiness(("gnss-silent",) if silent else ("gnss-no-fix",), details)

    async def fix(self, timeout_s: float = 10.0) -> GnssFix | None:
        """Return the newest fix, waiting up to `timeout_s`, or None when the sky is not seen."""
        await self._port.open()
        with self._lock:
            if self._newest and self._clock.monotonic_s() - self._newest[0] <= self._fresh_s:
                return self._newest[1]
            promise: Future[GnssFix] = Future()
            self._waiting.append(promise)
        try:
            if not self._port.is_open:  # it went before we stood in the queue, so nobody will tell us
                raise DeviceUnavailable(self._name, "fix")
            async with asyncio.timeout(timeout_s):
                return await asyncio.wrap_future(promise)
        except TimeoutError:
            return None
        finally:
            with self._lock:
                if promise in self._waiting:
                    self._waiting.remove(promise)

    async def close(self) -> None:
        """Close the port; may be called twice."""
        await asyncio.to_thread(self._port.close)

    def received(self, data: bytes) -> None:
        """Take bytes from the port's thread."""
        with self._lock:
            before = self._codec.sentences
            fixes = self._codec.feed(data)
            if self._codec.sentences > before:
                self._heard_at_s = self._clock.monotonic_s()
            if not fixes:
                return
            self._newest = (self._clock.monotonic_s(), fixes[-1])
            waiting, self._waiting = self._waiting, []
        for promise in waiting:
            if promise.set_running_or_notify_cancel():
                promise.set_result(fixes[-1])

    def lost(self, error: DeviceUnavailable) -> None:
        """Tell those who wait that the port is gone."""
        with self._lock:
            self._newest = None
            self._heard_at_s = None
            self._codec = NmeaCodec()
            waiting, self._waiting = self._waiting, []
        for promise in waiting:
            if promise.set_running_or_notify_cancel():
                promise.set_exception(error)


def open_receiver(address: str, name: str, options: Mapping[str, str]) -> NmeaReceiver:
    """Make the driver; options `baud` (9600) and `fresh_s` (3)."""
    return NmeaReceiver(
        address, name, int(options.get("baud", "9600")), float(options.get("fresh_s", "3")), SystemClock()
    )
