"""A device on a serial line that speaks only when asked: one question at a time, and only its own answer counts.

The protocol's codec makes answers out of bytes; who asks says which answer fits. A new
codec serves each question, so that half an answer cannot spoil the next one. After a
question that ran into its deadline, or was answered with nonsense, the line has to fall
quiet first: protocols of this kind do not number their answers, and a late one must not
pass for the next.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar, cast

from station.devices.errors import BadReply, DeviceError, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.transport.serial_port import SerialPort

AnswerT = TypeVar("AnswerT")
AnswerT_co = TypeVar("AnswerT_co", covariant=True)
_QUIET_DEADLINE_S = 3.0


class AnswerCodec(Protocol[AnswerT_co]):
    """Bytes in, whole answers out; damaged ones are left out, or end the question with a ValueError."""

    def feed(self, data: bytes) -> Iterable[AnswerT_co]:
        """Take the next bytes and return the answers they complete."""


class AskedLine(Generic[AnswerT]):
    """The dialogue with one device. `quiet_s`: how long no byte may come before a new question after a lost answer."""

    def __init__(
        self,
        address: str,
        device: str,
        new_codec: Callable[[], AnswerCodec[AnswerT]],
        baud: int,
        reply_timeout_s: float = 1.0,
        quiet_s: float = 0.25,
    ) -> None:
        self._device = device
        self._new_codec = new_codec
        self._reply_timeout_s = reply_timeout_s
        self._quiet_s = quiet_s
        self._port = SerialPort(address, device, self, baud)
        self._turn = asyncio.Lock()
        self._state = threading.Lock()
        self._codec = new_codec()
        self._open: tuple[Callable[[AnswerT], bool], Future[AnswerT]] | None = None
        self._answer_on_its_way = False
        self._heard_at_s = 0.0
        self._closings, self._losses = 0, 0

    async def ask(
        self, command: str, question: bytes, fits: Callable[[AnswerT], bool], *, repeatable: bool = True
    ) -> AnswerT:
        """Send a question and return the first answer that fits it; see `HeldLine.ask` for the errors."""
        async with self.hold(command) as held:
            return await held.ask(command, question, fits, repeatable=repeatable)

    @asynccontextmanager
    async def hold(self, command: str) -> AsyncIterator[HeldLine[AnswerT]]:
        """Keep the line for a command of several questions; nobody else asks in between.

        Raises DeviceUnavailable when the line is not there, or is closed before its turn came.
        """
        closings = self._closings
        async with self._turn:
            if closings != self._closings:
                raise DeviceUnavailable(self._device, command)
            await self._port.open()
            yield HeldLine(self, self._losses)

    async def ask_on(
        self,
        connection: int,
        command: str,
        question: bytes,
        fits: Callable[[AnswerT], bool],
        repeatable: bool,
    ) -> AnswerT:
        """Ask on the connection of that number, within a turn; called by `HeldLine` alone."""
        if self._answer_on_its_way:
            await self._fall_quiet(command)
        if connection != self._losses or not self._port.is_open:
            raise DeviceUnavailable(self._device, command)
        promise: Future[AnswerT] = Future()
        with self._state:
            self._codec = self._new_codec()
            self._open = (fits, promise)
        self._answer_on_its_way = True
        try:
            async with asyncio.timeout(self._reply_timeout_s):
                await asyncio.to_thread(self._port.write, question, command)
                answer = await asyncio.wrap_future(promise)
        except (TimeoutError, ValueError, DeviceError) as error:  # a ValueError is the codec's, see `received`
            raise self._told(error, command, repeatable) from error
        finally:
            self._forget(promise)
        self._answer_on_its_way = False
        return answer

    def _told(self, error: Exception, command: str, repeatable: bool) -> DeviceError:
        """Say what a question came to that was sent, or begun to be sent, and not answered."""
        if not repeatable:
            return OutcomeUnknown(self._device, command)
        if isinstance(error, DeviceError):
            return error
        return (NoReply if isinstance(error, TimeoutError) else BadReply)(self._device, command)

    async def close(self) -> None:
        """Close the line; whoever waits, for an answer or for the line, is told at once. May be called twice."""
        self._closings += 1
        await asyncio.to_thread(self._port.close)

    def received(self, data: bytes) -> None:
        """Take bytes from the port's thread."""
        with self._state:
            self._heard_at_s = time.monotonic()
            nonsense, fitting = None, None
            waiting = self._open
            try:
                answers = list(self._codec.feed(data))
                if waiting is not None:
                    fitting = next((answer for answer in answers if waiting[0](answer)), None)
            except ValueError as error:
                nonsense, self._codec = error, self._new_codec()
            if waiting is None or (fitting is None and nonsense is None):
                return
            self._open = None
        if not waiting[1].set_running_or_notify_cancel():
            return
        if nonsense is not None:
            waiting[1].set_exception(nonsense)
        else:
            waiting[1].set_result(cast("AnswerT", fitting))

    def lost(self, error: DeviceUnavailable) -> None:
        """Tell whoever waits that the line is gone."""
        with self._state:
            waiting, self._open = self._open, None
            self._losses += 1
        self._answer_on_its_way = False
        if waiting is not None and waiting[1].set_running_or_notify_cancel():
            waiting[1].set_exception(error)

    def _forget(self, promise: Future[AnswerT]) -> None:
        with self._state:
            if self._open is not None and self._open[1] is promise:
                self._open = None

    async def _fall_quiet(self, command: str) -> None:
        begin_s = time.monotonic()
        while (quiet_s := time.monotonic() - max(self._heard_at_s, begin_s)) < self._quiet_s:
            if time.monotonic() - begin_s > _QUIET_DEADLINE_S:
                raise NoReply(self._device, command)
            await asyncio.sleep(self._quiet_s - quiet_s)


class HeldLine(Generic[AnswerT]):
    """A line that is kept for several questions, on one connection: what is plugged in later may be another device."""

    def __init__(self, line: AskedLine[AnswerT], connection: int) -> None:
        self._line = line
        self._connection = connection

    async def ask(
        self, command: str, question: bytes, fits: Callable[[AnswerT], bool], *, repeatable: bool = True
    ) -> AnswerT:
        """Send a question and return the first answer that fits it.

        Raises NoReply at the deadline, BadReply when the codec finds the bytes to be nonsense, DeviceUnavailable when
        the line is gone, was closed, or was opened anew since it was taken. A question that may not be repeated ends
        as OutcomeUnknown instead once its first byte may have gone out; DeviceUnavailable then means: nothing was sent.
        """
        return await self._line.ask_on(self._connection, command, question, fits, repeatable)
