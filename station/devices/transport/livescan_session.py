"""Runs operations of the livescan protocol on a USB port, for fingerprint and iris scanners alike.

The device is told to cancel whenever an operation ends in any other way than with its
END frame.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable

from station.devices.errors import BadReply, DeviceError
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.transport import livescan_wire as wire
from station.devices.transport.livescan_operation import (
    VENDOR_REQUEST,
    Manner,
    Operation,
    Outcome,
    Target,
    mapping,
    status_of,
)
from station.devices.transport.usb_handle import InterfaceKind, UsbHandle
from station.devices.transport.usb_port import CONTROL_TIMEOUT_S, UsbPort, find_endpoint

_TELL = 0x40
_INTERRUPT = 3

_CONDITION_MESSAGES = {
    wire.Condition.DIRTY: "usb-sensor-dirty",
    wire.Condition.HOT: "usb-sensor-hot",
    wire.Condition.CALIBRATION: "usb-sensor-calibration",
    wire.Condition.LAMP: "usb-sensor-lamp",
    wire.Condition.COVER: "usb-sensor-cover",
}
HINT_MESSAGES = {
    wire.Hint.NONE: "",
    wire.Hint.PRESS_HARDER: "usb-hint-press-harder",
    wire.Hint.PRESS_SOFTER: "usb-hint-press-softer",
    wire.Hint.HOLD_STILL: "usb-hint-hold-still",
    wire.Hint.PLACE: "usb-hint-place",
    wire.Hint.OPEN_EYES: "usb-hint-open-eyes",
    wire.Hint.CLOSER: "usb-hint-closer",
    wire.Hint.FARTHER: "usb-hint-farther",
}


class LivescanSession:
    """A scanner that speaks the livescan protocol."""

    def __init__(
        self,
        name: str,
        address: str,
        kind: wire.ScannerKind,
        preview_rate_hz: int,
        silence_limit_s: float = wire.SILENCE_LIMIT_S,
        record: str = "",
    ) -> None:
        interface = InterfaceKind(wire.INTERFACE_CLASS, wire.INTERFACE_SUBCLASS, wire.INTERFACE_PROTOCOL)
        self.name = name
        self._port = UsbPort(name, address, interface, record)
        self._kind = kind
        self._manner = Manner(preview_rate_hz, silence_limit_s)
        self._operations = itertools.count(1)
        self._capture = asyncio.Lock()
        self._leftovers = True
        self._known: tuple[UsbHandle, wire.Identity] | None = None

    async def identify(self) -> wire.Identity:
        """Return who the scanner is, asked anew when it was plugged in again; raises BadReply for another kind."""
        return await self._port.ask_anew("identify", self._identify, check=True)

    async def readiness(self) -> Readiness:
        """Ask what keeps the scanner from working."""
        status = await self._port.ask_anew("status", lambda handle: status_of(handle, self.name))
        problems = tuple(text for condition, text in _CONDITION_MESSAGES.items() if condition in status.conditions)
        if status.state is wire.State.FAULT and not problems:
            problems = ("usb-sensor-fault",)
        return Readiness(problems, {"usb-temperature": f"{status.temperature_decidegrees / 10:.1f} °C"})

    async def run(self, target: Target, on_preview: Callable[[wire.Frame], None]) -> Outcome:
        """Capture, one operation at a time; raises NoReply at the deadline, BadReply for another kind of scanner."""
        async with self._capture:
            operation = Operation(self.name, next(self._operations) & 0xFFFFFFFF, target, self._manner)
            leftovers, self._leftovers = self._leftovers, True
            try:
                await self._port.converse(
                    "capture",
                    lambda handle: operation.talk(handle, self._identify, leftovers=leftovers),
                    on_preview,
                )
            except BaseException:
                await self._cancel(operation.number)
                raise
            if operation.outcome is None:
                raise BadReply(self.name, "capture")
            self._leftovers = False
            return operation.outcome

    async def next_event(self, timeout_s: float) -> wire.Event | None:
        """Return what the interrupt pipe tells within `timeout_s`, or None."""
        handle = await self._port.handle("event")
        endpoint = find_endpoint(handle, inward=True, attributes=_INTERRUPT)
        raw = await self._port.read("event", endpoint, wire.EVENT_SIZE, timeout_s)
        if raw is None:
            return None
        with mapping(self.name, "event"):
            return wire.Event.unpack(raw)

    async def close(self) -> None:
        """Give the scanner back; may be called twice."""
        await self._port.close()

    def _identify(self, handle: UsbHandle) -> wire.Identity:
        """Return who the scanner is; on the device's thread."""
        if self._known is not None and self._known[0] is handle:
            return self._known[1]
        raw = handle.control_in("identify", VENDOR_REQUEST, wire.IDENTIFY, 0, wire.IDENTITY_SIZE_MAX, CONTROL_TIMEOUT_S)
        with mapping(self.name, "identify"):
            identity = wire.Identity.unpack(raw)
        if identity.kind is not self._kind:
            raise BadReply(self.name, "identify", "usb-wrong-device")
        self._known = (handle, identity)
        return identity

    async def _cancel(self, operation: int) -> None:
        order = self._port.tell("cancel", _TELL, wire.CANCEL, wire.cancel_data(operation))
        with contextlib.suppress(DeviceError):
            await asyncio.shield(asyncio.ensure_future(order))


def device_identity(identity: wire.Identity) -> DeviceIdentity:
    """Return the part of an identity that every device has."""
    return DeviceIdentity(identity.make, identity.model, identity.serial, identity.firmware)
