"""Runs AT commands on a serial port, one at a time, each with its deadline."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from concurrent.futures import Future
from contextlib import suppress

from station.devices.errors import DeviceRefused, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.modem.at_codec import AtCodec, AtCommand, AtReply, Unasked, link_news
from station.devices.modem.interface import LinkListener
from station.devices.transport.serial_port import SerialPort

_WAKE_UP = AtCommand("AT", timeout_s=1.0)
_WAKE_UP_TRIES = 4
_QUIET_S = 0.25
_QUIET_DEADLINE_S = 3.0
_MOST_UNASKED = 64
# Echo off, errors as numbers, registration with cell and technology.
_SET_UP = (
    AtCommand("ATE0"),
    AtCommand("AT+CMEE=1"),
    AtCommand("AT+CREG=2"),
    AtCommand("AT+CGREG=2"),
    AtCommand("AT+CEREG=2"),
)


class AtLine:
    """The dialogue with one modem. Safe between tasks: commands queue."""

    def __init__(self, address: str, device: str, baud: int, reply_timeout_s: float) -> None:
        self._device = device
        self._port = SerialPort(address, device, self, baud)
        self._state = threading.Lock()
        self._reply_timeout_s = reply_timeout_s
        self._codec = AtCodec()
        self._pending: Future[AtReply] | None = None
        self._turn = asyncio.Lock()
        self._reply_outstanding = False
        self._heard_at_s = 0.0
        self._listener: tuple[asyncio.AbstractEventLoop, LinkListener] | None = None
        self._link_known: bool | None = None
        self.closings = 0
        self.unasked: deque[str] = deque(maxlen=_MOST_UNASKED)

    async def ask(self, command: AtCommand) -> tuple[str, ...]:
        """Send one command and return the lines of its reply.

        Raises DeviceRefused with the modem's code, NoReply (OutcomeUnknown where the command may not be
        repeated) at its deadline, DeviceUnavailable when the line is gone.
        """
        async with self._turn:
            await self._open()
            if self._reply_outstanding:
                await self._fall_in_step()
            reply = await self._exchange(command)
        if reply.error:
            raise DeviceRefused(self._device, command.text.partition("=")[0], reply.error)
        return reply.lines

    def watch_link(self, listener: LinkListener | None) -> None:
        """Tell `listener` on this event loop what unasked codes say of the network; once for each change."""
        self._listener = None if listener is None else (asyncio.get_running_loop(), listener)

    async def close(self) -> None:
        """Close the port, whoever waits is told at once; may be called twice. `closings` counts it."""
        self.closings += 1
        await asyncio.to_thread(self._port.close)

    def received(self, data: bytes) -> None:
        """Take bytes from the port's thread."""
        with self._state:
            self._heard_at_s = time.monotonic()
            events = self._codec.feed(data)
            news = [event.text for event in events if isinstance(event, Unasked)]
            self.unasked.extend(news)
            self._tell(news)
            replies = [event for event in events if isinstance(event, AtReply)]
            if not replies or self._pending is None:
                return
            pending, self._pending = self._pending, None
        if pending.set_running_or_notify_cancel():
            pending.set_result(replies[0])

    def lost(self, error: DeviceUnavailable) -> None:
        """Tell the running command that the port is gone."""
        with self._state:
            self._codec = AtCodec()
            pending, self._pending = self._pending, None
        if pending is not None and pending.set_running_or_notify_cancel():
            pending.set_exception(error)

    def _tell(self, news: list[str]) -> None:
        for line in news:
            registered = link_news(line)
            if registered is None or registered is self._link_known:
                continue
            self._link_known = registered
            if self._listener is not None:
                loop, listener = self._listener
                with suppress(RuntimeError):  # the loop ended before the port
                    loop.call_soon_threadsafe(listener, registered)

    async def _open(self) -> None:
        if not await self._port.open():
            return
        try:
            await self._wake_up()
            self._reply_outstanding = False
            for command in _SET_UP:
                await self._exchange(command)  # a modem that refuses one of these still works
        except BaseException:
            await asyncio.to_thread(self._port.close)
            raise

    async def _wake_up(self) -> None:
        # the first characters train the modem's automatic baud rate and are often lost: AT may be repeated
        for attempt in range(1, _WAKE_UP_TRIES + 1):
            try:
                await self._exchange(_WAKE_UP)
                return
            except NoReply:
                if attempt == _WAKE_UP_TRIES:
                    raise

    async def _fall_in_step(self) -> None:
        # the late answer to a command given up must not pass for the answer to the next one:
        # AT also breaks off what the modem is still doing (V.250, 5.6.1), then the line has to fall quiet
        await self._wake_up()
        deadline_s = time.monotonic() + _QUIET_DEADLINE_S
        while (quiet_s := time.monotonic() - self._heard_at_s) < _QUIET_S:
            if time.monotonic() > deadline_s:
                raise NoReply(self._device, "AT")
            await asyncio.sleep(_QUIET_S - quiet_s)
        self._reply_outstanding = False

    async def _exchange(self, command: AtCommand) -> AtReply:
        pending: Future[AtReply] = Future()
        with self._state:
            self._codec.begin(command)
            self._pending = pending
        answered = False
        try:
            async with asyncio.timeout(command.timeout_s or self._reply_timeout_s):
                await asyncio.to_thread(self._port.write, command.encoded(), command.text.partition("=")[0])
                reply = await asyncio.wrap_future(pending)
                answered = True
                return reply
        except TimeoutError as error:
            kind = NoReply if command.repeatable else OutcomeUnknown
            raise kind(self._device, command.text.partition("=")[0]) from error
        finally:
            self._reply_outstanding = self._reply_outstanding or not answered
            with self._state:
                if self._pending is pending:
                    self._pending = None
                    self._codec.abandon()
