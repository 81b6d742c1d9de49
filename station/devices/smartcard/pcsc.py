"""Smart card readers through PC/SC (pyscard), on a thread of the driver.

Address: `pcsc:PATTERN`, a part of the reader's name (or `*` and `?` patterns), case
does not matter. Options: `socket`, where the PC/SC service listens, when it is not the
machine's own, one place per process; `transmit_timeout_s`. The service may be restarted at any time: the
context is made anew at the next call. A command to a card is never sent twice.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from station.devices.errors import BadReply, DeviceUnavailable, NoReply, OutcomeUnknown
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.smartcard.interface import ResponseApdu
from station.devices.smartcard.pcsc_service import PcscError, PcscService, Trouble
from station.devices.transport.device_thread import DeviceStuck, DeviceThread
from station.domain.errors import BadInput

CALL_DEADLINE_S = 5.0
STATUS_DEADLINE_S = 2.0
TRANSMIT_DEADLINE_S = 30.0
POLL_SLICE_S = 0.2

Result = TypeVar("Result")


def open_reader(address: str, name: str, options: Mapping[str, str]) -> PcscReader:
    """Make the driver for one entry of kit.toml; the service is not asked yet."""
    kind, _mark, pattern = address.partition(":")
    if kind != "pcsc" or not pattern.strip():
        raise BadInput("pcsc-address-wrong", address=address)
    if socket := options.get("socket"):
        os.environ["PCSCLITE_CSOCK_NAME"] = socket
    return PcscReader(name, pattern.strip(), float(options.get("transmit_timeout_s", TRANSMIT_DEADLINE_S)))


class PcscReader:
    """A reader slot found by a name pattern, never by index."""

    def __init__(self, name: str, pattern: str, transmit_timeout_s: float = TRANSMIT_DEADLINE_S) -> None:
        self._name = name
        self._transmit_timeout_s = transmit_timeout_s
        self._pattern = pattern.lower()
        self._service = PcscService()
        self._thread = DeviceThread(f"pcsc {name}")

    async def identity(self) -> DeviceIdentity:
        """Return the reader's name as model."""
        reader = await self._run("identify", self._reader_name)
        return DeviceIdentity("PC/SC", reader, _serial_in(reader), "")

    async def readiness(self) -> Readiness:
        """Return every reason why cards cannot be reached (service down, reader missing)."""
        try:
            reader = await self._run("status", self._reader_name, STATUS_DEADLINE_S)
        except DeviceUnavailable as error:
            return Readiness((error.message_id,))
        return Readiness((), {"pcsc-reader": reader})

    async def card_present(self) -> bool:
        """Tell whether a card is in the slot or field."""
        return await self._run("status", lambda: self._service.card_present(self._reader_name()))

    async def wait_for_card(self, present: bool, timeout_s: float) -> bool:
        """Wait until a card is there (or gone); return False at the deadline."""
        deadline_s = time.monotonic() + timeout_s
        while True:
            left_s = deadline_s - time.monotonic()
            slice_s = max(0.0, min(POLL_SLICE_S, left_s))
            if await self._run("wait", partial(self._wait_slice, present, slice_s)):
                return True
            if left_s <= 0:
                return False

    async def connect(self) -> PcscChannel:
        """Open the card in the slot; raises DeviceUnavailable when there is none."""
        handle, answer_to_reset = await self._run("connect", lambda: self._service.connect(self._reader_name()))
        return PcscChannel(self._name, self._thread, self._service, handle, answer_to_reset, self._transmit_timeout_s)

    async def close(self) -> None:
        """Give the reader back; may be called twice."""
        self._thread.close(self._service.release)

    def _wait_slice(self, present: bool, slice_s: float) -> bool:
        return self._service.wait_for_change(self._reader_name(), present, slice_s)

    def _reader_name(self) -> str:
        names = self._service.reader_names()
        pattern = self._pattern if any(sign in self._pattern for sign in "*?") else f"*{self._pattern}*"
        matching = [name for name in names if fnmatch.fnmatchcase(name.lower(), pattern)]
        if not matching:
            raise PcscError(Trouble.NO_READER, 0)
        if len(matching) > 1:
            raise PcscError(Trouble.AMBIGUOUS, 0)
        return matching[0]

    async def _run(self, command: str, job: Callable[[], Result], deadline_s: float = CALL_DEADLINE_S) -> Result:
        return await run_mapped(self._thread, self._name, command, job, deadline_s)


class PcscChannel:
    """An open connection to one card."""

    def __init__(
        self,
        name: str,
        thread: DeviceThread,
        service: PcscService,
        handle: Any,
        answer_to_reset: bytes,
        transmit_timeout_s: float = TRANSMIT_DEADLINE_S,
    ) -> None:
        self._name = name
        self._thread = thread
        self._service = service
        self._handle: Any | None = handle
        self._answer_to_reset = answer_to_reset
        self._transmit_timeout_s = transmit_timeout_s

    @property
    def answer_to_reset(self) -> bytes:
        """Return the ATR."""
        return self._answer_to_reset

    async def transmit(self, apdu: bytes) -> ResponseApdu:
        """Exchange one command; raises OutcomeUnknown when the card may have got it and did not answer.

        When the task is cancelled, a command on its way is answered all the same and one not yet begun is not sent.
        """
        handle = self._open("transmit")
        try:
            answer = await self._thread.run(lambda: self._service.transmit(handle, apdu), self._transmit_timeout_s)
        except DeviceStuck as error:
            raise OutcomeUnknown(self._name, "transmit") from error
        except PcscError as error:
            if error.trouble in _NOTHING_SENT:
                raise DeviceUnavailable(self._name, "transmit", _MESSAGES[error.trouble]) from error
            raise OutcomeUnknown(self._name, "transmit", "pcsc-card-lost") from error
        if len(answer) < 2:
            raise BadReply(self._name, "transmit")
        return ResponseApdu(answer[:-2], int.from_bytes(answer[-2:], "big"))

    async def reset(self) -> None:
        """Warm-reset the card; secure sessions are gone."""
        handle = self._open("reset")
        job = lambda: self._service.reset(handle)  # noqa: E731 - one call, handed to the thread
        self._answer_to_reset = await run_mapped(self._thread, self._name, "reset", job, CALL_DEADLINE_S)

    async def close(self) -> None:
        """Disconnect; may be called twice. A card or reader that is gone or hangs is no error here."""
        handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(DeviceStuck, PcscError):
                await self._thread.run(lambda: self._service.disconnect(handle), CALL_DEADLINE_S)

    def _open(self, command: str) -> Any:
        if self._handle is None:
            raise DeviceUnavailable(self._name, command, "pcsc-no-card")
        return self._handle


_MESSAGES = {
    Trouble.NO_SERVICE: "pcsc-no-service",
    Trouble.NO_READER: "pcsc-no-reader",
    Trouble.AMBIGUOUS: "pcsc-reader-ambiguous",
    Trouble.NO_CARD: "pcsc-no-card",
    Trouble.CARD_MUTE: "pcsc-card-mute",
    Trouble.IN_USE: "pcsc-card-in-use",
    Trouble.CARD_WAS_RESET: "pcsc-card-was-reset",
    Trouble.STALE_HANDLE: "pcsc-no-service",
}
_NOTHING_SENT = frozenset((Trouble.CARD_WAS_RESET, Trouble.STALE_HANDLE))


async def run_mapped(
    thread: DeviceThread, name: str, command: str, job: Callable[[], Result], deadline_s: float
) -> Result:
    """Run a job on the driver's thread and turn PC/SC troubles into the one error tree."""
    try:
        return await thread.run(job, deadline_s)
    except DeviceStuck as error:
        raise NoReply(name, command) from error
    except PcscError as error:
        if error.trouble is Trouble.OTHER:
            raise BadReply(name, command) from error
        raise DeviceUnavailable(name, command, _MESSAGES[error.trouble]) from error


def _serial_in(reader: str) -> str:
    _before, opening, rest = reader.partition("(")
    return rest.partition(")")[0] if opening else ""
