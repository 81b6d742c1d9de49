"""Where a USB driver meets its device: opened at the first call, opened again when it comes back.

All calls run on one thread per device; a read is a short slice, so that a cancelled
task stops within it and other requests find their turn in between. What takes many
exchanges is one conversation, which changes threads only where it pauses.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from station.devices.errors import BadReply, DeviceUnavailable, NoReply
from station.devices.transport.device_thread import DeviceStuck, DeviceThread
from station.devices.transport.usb_address import parse_usb_address
from station.devices.transport.usb_conversation import Conversation, Mark
from station.devices.transport.usb_handle import OPEN_TIMEOUT_S, InterfaceKind, UsbHandle
from station.devices.transport.usb_recording import UsbRecorder

CONTROL_TIMEOUT_S = 1.0
READ_SLICE_S = 0.1
DEADLINE_MARGIN_S = 2.0
CLOSE_TIMEOUT_S = 2.0
CONVERSATION_TIMEOUT_S = 3 * CONTROL_TIMEOUT_S
INTERFACE_RECIPIENT, DEVICE_RECIPIENT = 1, 0

Result = TypeVar("Result")
Item = TypeVar("Item")


class UsbPort:
    """One interface of one USB device, for asyncio."""

    def __init__(self, name: str, address: str, kind: InterfaceKind, record: str = "") -> None:
        self.name = name
        self._recorder = UsbRecorder(Path(record)) if record else None
        self._address = parse_usb_address(address)
        self._kind = kind
        self._thread = DeviceThread(f"usb {name}")
        self._handle: UsbHandle | None = None

    async def ask(
        self,
        command: str,
        request_type: int,
        request: int,
        length: int,
        value: int = 0,
        recipient: int = INTERFACE_RECIPIENT,
    ) -> bytes:
        """Return the answer to a control request; whether it may be repeated is the caller's to know."""
        kind = request_type | recipient
        return await self._run(
            command, lambda handle: handle.control_in(command, kind, request, value, length, CONTROL_TIMEOUT_S)
        )

    async def tell(
        self,
        command: str,
        request_type: int,
        request: int,
        data: bytes = b"",
        value: int = 0,
        recipient: int = INTERFACE_RECIPIENT,
    ) -> None:
        """Send a control request."""
        kind = request_type | recipient
        await self._run(
            command, lambda handle: handle.control_out(command, kind, request, value, data, CONTROL_TIMEOUT_S)
        )

    async def read(self, command: str, endpoint: int, size: int, timeout_s: float = READ_SLICE_S) -> bytes | None:
        """Read what comes within `timeout_s`; return None when nothing did."""
        return await self._run(command, lambda handle: handle.read(command, endpoint, size, timeout_s), timeout_s)

    async def ask_anew(self, command: str, job: Callable[[UsbHandle], Result], *, check: bool = False) -> Result:
        """Run a job that may be repeated: on a device opened anew when it, or `check`, finds the one known gone."""
        return await self._run(command, job, CONVERSATION_TIMEOUT_S, check, may_begin_again=lambda: True)

    async def converse(
        self, command: str, talk: Callable[[UsbHandle], Iterator[Item | Mark]], on_item: Callable[[Item], None]
    ) -> None:
        """Hold a conversation on the device's thread and hand its items over here, until it ends."""
        conversation = Conversation(talk)
        again = conversation.may_begin_again
        while not conversation.ended:
            item = await self._run(command, conversation.go_on, CONVERSATION_TIMEOUT_S, may_begin_again=again)
            if item is not None:
                on_item(item)

    async def handle(self, command: str, *, check: bool = True) -> UsbHandle:
        """Return the open device; with `check` it is opened again when the one known is gone."""
        return await self._run(command, lambda handle: handle, check=check)

    async def close(self) -> None:
        """Give the device back; may be called twice, and the next call opens it again."""
        if self._handle is not None:
            with contextlib.suppress(DeviceStuck):
                await self._thread.run(self._drop, CLOSE_TIMEOUT_S)
        self._thread.close()

    async def _run(
        self,
        command: str,
        job: Callable[[UsbHandle], Result],
        timeout_s: float = CONTROL_TIMEOUT_S,
        check: bool = False,
        may_begin_again: Callable[[], bool] = lambda: False,
    ) -> Result:
        deadline_s = timeout_s + OPEN_TIMEOUT_S + DEADLINE_MARGIN_S
        try:
            return await self._thread.run(lambda: self._with_handle(job, check, may_begin_again), deadline_s)
        except DeviceStuck as error:
            raise NoReply(self.name, command) from error

    def _with_handle(
        self, job: Callable[[UsbHandle], Result], check: bool, may_begin_again: Callable[[], bool]
    ) -> Result:
        if check and self._handle is not None and not self._handle.alive(CONTROL_TIMEOUT_S):
            self._drop()
        known = self._handle is not None
        try:
            return self._with_open_handle(job)
        except DeviceUnavailable:
            if not known or not may_begin_again():
                raise
        return self._with_open_handle(job)

    def _with_open_handle(self, job: Callable[[UsbHandle], Result]) -> Result:
        if self._handle is None:
            self._handle = UsbHandle.open(self.name, self._address, self._kind, self._recorder)
        try:
            return job(self._handle)
        except DeviceUnavailable:
            self._drop()
            raise

    def _drop(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.close()


def find_endpoint(handle: UsbHandle, inward: bool, attributes: int) -> int:
    """Return the address of the first endpoint of a kind (2 bulk, 3 interrupt); raises BadReply when there is none."""
    for address, kind in handle.endpoints:
        if kind == attributes and bool(address & 0x80) == inward:
            return address
    raise BadReply(handle.product or "usb", "open", "usb-wrong-device")
