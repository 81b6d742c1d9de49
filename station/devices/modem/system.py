"""An M2M modem by the operating system's means: ModemManager tells its state, NetworkManager brings the APN up.

For laptops on which these two own the modem (Debian, Ubuntu): no AT command is sent, the system keeps
the data interface, addresses and routes. The connection is NetworkManager's `volatile` one, bound to this
program: it is never stored, and goes down by itself when the program ends.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psutil
from dbus_fast import Variant

from station.devices.errors import DeviceError, DeviceRefused, DeviceUnavailable, NoReply
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.modem.conditions import SIM_PROBLEMS, readiness_of, require_apn, require_pin
from station.devices.modem.desk_states import (
    MODEM_DISABLED,
    MODEM_REGISTERED,
    network_of,
    refusal_words,
    sim_state_of,
)
from station.devices.modem.interface import (
    DataCounters,
    LinkListener,
    NetworkState,
    RegistrationState,
    SimState,
)
from station.devices.modem.system_bus import Place, SystemBus

MODEM_MANAGER, NETWORK_MANAGER = "org.freedesktop.ModemManager1", "org.freedesktop.NetworkManager"
_MODEM, _CELLULAR = f"{MODEM_MANAGER}.Modem", f"{MODEM_MANAGER}.Modem.Modem3gpp"
_DEVICE, _ACTIVE = f"{NETWORK_MANAGER}.Device", f"{NETWORK_MANAGER}.Connection.Active"
_ADDRESSES = f"{NETWORK_MANAGER}.IP4Config"
_MODEM_ROOT, _NETWORK_ROOT = "/org/freedesktop/ModemManager1", "/org/freedesktop/NetworkManager"
_NETWORK_OBJECTS = "/org/freedesktop"
_DEVICE_IS_MODEM, _DEVICE_FREE, _DEVICE_FAILED = 8, 30, 120
_ACTIVATED, _DEACTIVATING = 2, 3
_CONNECTION_NAME = "station-m2m"
_POLL_S = 0.25
_SLOW_TIMEOUT_S = 60.0  # enabling a modem and trying a PIN reach into the radio

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Found:
    """A modem as ModemManager shows it: object path, its own and its cellular properties."""

    path: str
    modem: Properties
    cellular: Properties


@dataclass(frozen=True, slots=True)
class _Link:
    """A connection that stands: its object, data interface, and the interface's counters when it came up."""

    active_path: str
    interface: str
    baseline: DataCounters


class SystemModem:
    """A `Modem` that the system's services own; `imei` picks one where there are several."""

    def __init__(self, address: str, name: str, imei: str = "") -> None:
        self._name, self._imei = name, imei
        self._listener: LinkListener | None = None
        self._registered: bool | None = None
        self._link: _Link | None = None
        self._failures: deque[int] = deque(maxlen=8)
        watched = ("org.freedesktop.DBus.Properties", _MODEM, _DEVICE, _ACTIVE)
        self._bus = SystemBus(address, name, self._signalled, watched)

    def watch_link(self, listener: LinkListener | None) -> None:
        """Tell `listener` when the modem is registered or no longer, and when the connection is taken down."""
        self._listener = listener

    async def identity(self) -> DeviceIdentity:
        """Return maker, model, IMEI as serial, firmware."""
        modem = (await self._found()).modem
        texts = [str(modem.get(key, "")) for key in ("Manufacturer", "Model", "EquipmentIdentifier", "Revision")]
        return DeviceIdentity(*texts)

    async def readiness(self) -> Readiness:
        """Return every reason why no data can flow now."""
        try:
            found = await self._found()
        except DeviceError as error:
            return Readiness((error.message_id,))
        return readiness_of(sim_state_of(found.modem), network_of(found.modem, found.cellular))

    async def sim_state(self) -> SimState:
        """Return the state of the SIM."""
        return sim_state_of((await self._found()).modem)

    async def enter_pin(self, pin: str) -> None:
        """Unlock the SIM once; a wrong PIN is `modem-pin-wrong`. Never repeated by itself."""
        require_pin(pin)
        card = str((await self._found()).modem.get("Sim", "/"))
        place = Place(MODEM_MANAGER, card, f"{MODEM_MANAGER}.Sim")
        try:
            await self._bus.ask(place, "SendPin", "s", pin, timeout_s=_SLOW_TIMEOUT_S)
        except DeviceRefused as error:
            if error.code == "IncorrectPassword":
                raise DeviceRefused(self._name, "SendPin", error.code, "modem-pin-wrong") from error
            raise

    async def network(self) -> NetworkState:
        """Return registration, technology, operator and signal."""
        found = await self._found()
        return network_of(found.modem, found.cellular)

    async def connect(self, apn: str, timeout_s: float = 60.0) -> str:
        """Wait for registration, let NetworkManager bring the APN up, return the address given by the network.

        Raises DeviceRefused with the SIM's or the network's reason, NoReply `modem-not-registered` at the deadline.
        """
        require_apn(apn)
        deadline_s = time.monotonic() + timeout_s
        await self.disconnect()
        found = await self._registered_modem(deadline_s)
        device = await self._free_device(found.path, deadline_s)
        self._failures.clear()
        active_path = await self._activate(apn, device)
        try:
            return await self._await_address(active_path, device, deadline_s)
        except BaseException:
            await asyncio.shield(self._deactivate(active_path))
            raise

    async def disconnect(self) -> None:
        """Take the connection down; may be repeated."""
        link, self._link = self._link, None
        if link is not None:
            await self._deactivate(link.active_path)

    async def counters(self) -> DataCounters:
        """Return bytes sent and received since `connect`, counted by the system's data interface."""
        if self._link is None:
            return DataCounters(0, 0)
        now, before = _interface_bytes(self._link.interface), self._link.baseline
        return DataCounters(
            max(0, now.sent_bytes - before.sent_bytes), max(0, now.received_bytes - before.received_bytes)
        )

    async def close(self) -> None:
        """Leave the bus; the system takes a connection of this program down by itself. May be called twice."""
        self._link = None
        await self._bus.close()

    async def _found(self) -> _Found:
        objects = await self._bus.objects(MODEM_MANAGER, _MODEM_ROOT)
        for path, interfaces in sorted(objects.items()):
            modem = interfaces.get(_MODEM)
            if modem is not None and self._imei in ("", modem.get("EquipmentIdentifier")):
                return _Found(path, modem, interfaces.get(_CELLULAR, {}))
        raise DeviceUnavailable(self._name, "GetManagedObjects")

    async def _registered_modem(self, deadline_s: float) -> _Found:
        closings = self._bus.closings
        while True:
            found = await self._found()
            sim = sim_state_of(found.modem)
            if sim is not SimState.READY:
                raise DeviceRefused(self._name, "connect", sim.value, SIM_PROBLEMS[sim])
            registration = network_of(found.modem, found.cellular).registration
            if registration.registered:
                return found
            if registration is RegistrationState.DENIED:
                raise DeviceRefused(self._name, "connect", "denied", "modem-denied")
            if int(found.modem.get("State", 0)) == MODEM_DISABLED:
                await self._bus.ask(
                    Place(MODEM_MANAGER, found.path, _MODEM), "Enable", "b", True, timeout_s=_SLOW_TIMEOUT_S
                )
            await self._pause(deadline_s, closings, "modem-not-registered")

    async def _free_device(self, modem_path: str, deadline_s: float) -> str:
        """Return NetworkManager's device for a modem once it can be used."""
        closings = self._bus.closings
        while True:
            for path, interfaces in (await self._bus.objects(NETWORK_MANAGER, _NETWORK_OBJECTS)).items():
                device = interfaces.get(_DEVICE, {})
                mine = device.get("DeviceType") == _DEVICE_IS_MODEM and device.get("Udi") == modem_path
                if mine and int(device.get("State", 0)) >= _DEVICE_FREE:
                    return path
            await self._pause(deadline_s, closings, "modem-not-managed")

    async def _activate(self, apn: str, device: str) -> str:
        connection = {
            "connection": {
                "id": Variant("s", _CONNECTION_NAME),
                "type": Variant("s", "gsm"),
                "autoconnect": Variant("b", False),
            },
            "gsm": {"apn": Variant("s", apn)},
            "ipv4": {"method": Variant("s", "auto")},
            "ipv6": {"method": Variant("s", "ignore")},
        }
        options = {"persist": Variant("s", "volatile"), "bind-activation": Variant("s", "dbus-client")}
        place = Place(NETWORK_MANAGER, _NETWORK_ROOT, NETWORK_MANAGER)
        answer = await self._bus.ask(
            place, "AddAndActivateConnection2", "a{sa{sv}}ooa{sv}", connection, device, "/", options
        )
        return str(answer[1])

    async def _await_address(self, active_path: str, device: str, deadline_s: float) -> str:
        closings = self._bus.closings
        while True:
            objects = await self._bus.objects(NETWORK_MANAGER, _NETWORK_OBJECTS)
            active = objects.get(active_path, {}).get(_ACTIVE)
            if active is None or int(active["State"]) >= _DEACTIVATING:
                reason = self._failures[-1] if self._failures else 0
                raise DeviceRefused(self._name, "connect", f"NetworkManager {reason}", refusal_words(reason))
            given = objects.get(str(active.get("Ip4Config")), {}).get(_ADDRESSES, {}).get("AddressData", [])
            if int(active["State"]) == _ACTIVATED and given:
                interface = str(objects[device][_DEVICE].get("IpInterface", ""))
                self._link = _Link(active_path, interface, _interface_bytes(interface))
                return str(given[0]["address"])
            await self._pause(deadline_s, closings, None)

    async def _deactivate(self, active_path: str) -> None:
        place = Place(NETWORK_MANAGER, _NETWORK_ROOT, NETWORK_MANAGER)
        try:
            await self._bus.ask(place, "DeactivateConnection", "o", active_path)
        except DeviceError:
            return  # gone already: with its modem, its service or by NetworkManager's own doing

    async def _pause(self, deadline_s: float, closings: int, message_id: str | None) -> None:
        if time.monotonic() + _POLL_S > deadline_s:
            raise NoReply(self._name, "connect", message_id)
        await asyncio.sleep(_POLL_S)
        if closings != self._bus.closings:
            raise DeviceUnavailable(self._name, "connect")

    def _signalled(self, path: str, member: str, values: list[Any]) -> None:
        if member == "StateChanged" and path.startswith(_MODEM_ROOT):
            self._tell(registered=int(values[1]) >= MODEM_REGISTERED)
        elif member == "StateChanged" and len(values) == 3 and int(values[0]) == _DEVICE_FAILED:
            self._failures.append(int(values[2]))
        elif member == "StateChanged" and self._is_mine(path) and int(values[0]) >= _DEACTIVATING:
            self._registered = None
            self._tell(registered=False)

    def _is_mine(self, path: str) -> bool:
        return self._link is not None and path == self._link.active_path

    def _tell(self, registered: bool) -> None:
        if registered is not self._registered and self._listener is not None:
            self._listener(registered)
        self._registered = registered


def _interface_bytes(interface: str) -> DataCounters:
    counters = psutil.net_io_counters(pernic=True).get(interface)
    return DataCounters(0, 0) if counters is None else DataCounters(counters.bytes_sent, counters.bytes_recv)


def open_modem(address: str, name: str, options: Mapping[str, str]) -> SystemModem:
    """Make the driver for `dbus:system` or `dbus:<address of a bus>`; option `imei` where there are several modems."""
    scheme, _colon, bus = address.partition(":")
    if scheme != "dbus" or not bus:
        raise ValueError(f"{address}: not an address of a message bus, such as dbus:system")
    return SystemModem(bus, name, options.get("imei", ""))
