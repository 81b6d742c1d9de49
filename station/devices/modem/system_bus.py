"""Questions to the services of the desktop (D-Bus), one deadline each, with errors as the device rooms know them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dbus_fast import BusType, DBusFastError, Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.unpack import unpack_variants

from station.devices.errors import DeviceError, DeviceRefused, DeviceUnavailable, NoReply

_CONNECT_TIMEOUT_S = 5.0
_ASK_TIMEOUT_S = 5.0
_ABSENT = {"ServiceUnknown", "NameHasNoOwner", "ServiceNotFound", "SpawnFailed", "ChildExited", "ExecFailed"}
_FORBIDDEN = {"AccessDenied", "AuthFailed", "Unauthorized", "NotAuthorized", "PermissionDenied", "Forbidden"}
_VANISHED = {"UnknownObject", "UnknownMethod", "UnknownInterface", "Disconnected"}
_SILENT = {"NoReply", "Timeout", "TimedOut"}
_BUS = "org.freedesktop.DBus"

SignalListener = Callable[[str, str, list[Any]], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Which interface of which object of which service is asked."""

    service: str
    path: str
    interface: str


class SystemBus:
    """The message bus; opened by the first question, and again after it was lost or closed."""

    def __init__(self, address: str, device: str, on_signal: SignalListener, watched: tuple[str, ...]) -> None:
        self._address, self._device = address, device
        self._on_signal, self._watched = on_signal, watched
        self._bus: MessageBus | None = None
        self._opening = asyncio.Lock()
        self._closed: asyncio.Future[None] | None = None
        self.closings = 0

    async def ask(
        self, place: Place, member: str, signature: str = "", *values: object, timeout_s: float = _ASK_TIMEOUT_S
    ) -> list[Any]:
        """Call a method and return its values, variants taken off.

        Raises DeviceUnavailable when bus, service or object is not there or the bus is closed meanwhile, NoReply at
        the deadline, DeviceRefused with the last word of the service's own error.
        """
        message = Message(
            destination=place.service, path=place.path, interface=place.interface, member=member,
            signature=signature, body=list(values),
        )  # fmt: skip
        bus, closed = await self._open(member)
        calling = asyncio.ensure_future(bus.call(message))
        try:
            waiting: set[asyncio.Future[Any]] = {calling, closed}
            await asyncio.wait(waiting, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if closed.done():
                raise DeviceUnavailable(self._device, member)
            if not calling.done():
                raise NoReply(self._device, member)
            reply = calling.result()
        except (OSError, EOFError, DBusFastError) as error:
            raise DeviceUnavailable(self._device, member, "modem-bus-missing") from error
        finally:
            calling.cancel()
        if reply is None:
            raise NoReply(self._device, member)
        if reply.message_type is MessageType.ERROR:
            raise _refusal(self._device, place, member, reply)
        return list(unpack_variants(reply.body))

    async def properties(self, place: Place) -> dict[str, Any]:
        """Return all properties of an interface."""
        properties = Place(place.service, place.path, f"{_BUS}.Properties")
        return dict((await self.ask(properties, "GetAll", "s", place.interface))[0])

    async def objects(self, service: str, path: str) -> dict[str, dict[str, dict[str, Any]]]:
        """Return every object of a service: path, interface, properties."""
        return dict((await self.ask(Place(service, path, f"{_BUS}.ObjectManager"), "GetManagedObjects"))[0])

    async def close(self) -> None:
        """Leave the bus; whoever waits is told at once; may be called twice."""
        self.closings += 1
        bus, self._bus = self._bus, None
        if self._closed is not None and not self._closed.done():
            self._closed.set_result(None)
        if bus is not None:
            bus.disconnect()

    async def _open(self, member: str) -> tuple[MessageBus, asyncio.Future[None]]:
        async with self._opening:
            if self._bus is None or not self._bus.connected or self._closed is None or self._closed.done():
                try:
                    self._bus = await self._connected()
                except (OSError, EOFError, TimeoutError, ValueError, DBusFastError) as error:
                    raise DeviceUnavailable(self._device, member, "modem-bus-missing") from error
                self._closed = asyncio.get_running_loop().create_future()
            return self._bus, self._closed

    async def _connected(self) -> MessageBus:
        address = None if self._address == "system" else self._address
        async with asyncio.timeout(_CONNECT_TIMEOUT_S):
            bus = await MessageBus(bus_address=address, bus_type=BusType.SYSTEM).connect()
            bus.add_message_handler(self._heard)
            for interface in self._watched:
                rule = f"type='signal',interface='{interface}'"
                await bus.call(Message(_BUS, "/org/freedesktop/DBus", _BUS, "AddMatch", signature="s", body=[rule]))
        return bus

    def _heard(self, message: Message) -> bool:
        if message.message_type is MessageType.SIGNAL and message.path and message.member:
            self._on_signal(message.path, message.member, list(unpack_variants(message.body)))
        return False


def _refusal(device: str, place: Place, member: str, reply: Message) -> DeviceError:
    name = (reply.error_name or "").rsplit(".", 1)[-1]
    if name in _ABSENT:
        service = place.service.rsplit(".", 1)[-1].rstrip("1")
        return DeviceUnavailable(device, member, "modem-service-missing", service=service)
    if name in _FORBIDDEN:
        return DeviceRefused(device, member, name, "modem-not-allowed")
    if name in _VANISHED:
        return DeviceUnavailable(device, member)
    if name in _SILENT:
        return NoReply(device, member)
    return DeviceRefused(device, member, name)
