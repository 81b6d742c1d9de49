"""The kit: named devices by kind, opened when first used, swapped for a spare on request.

Workflows ask the kit for a device at each step, so that a scanner that was
unplugged and came back, or a spare that took its place, serves the next try.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import cast

from station.config import DeviceConfig, KitConfig
from station.devices.camera.interface import Camera
from station.devices.display.interface import CallBoard
from station.devices.errors import DeviceUnavailable
from station.devices.fingerprint.interface import FingerprintScanner
from station.devices.gnss.interface import GnssReceiver
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.iris.interface import IrisScanner
from station.devices.modem.interface import Modem
from station.devices.printer.interface import CardPrinter
from station.devices.registry import Device, open_device
from station.devices.signature.interface import SignaturePad
from station.devices.smartcard.interface import SmartCardReader
from station.domain.errors import StationError

_log = logging.getLogger("station.devices.kit")
_REPORT_DEADLINE_S = 5.0
STAFF_SCANNER = "fingerprint-staff"
# A device that says one of these is not asked a second question.
_SILENT = frozenset({"device-unavailable", "device-no-reply"})


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """One line of the device panel: what is there, ready or not, and why; `params` fill in the words of the reasons."""

    kind: str
    name: str
    driver: str
    in_use: bool
    identity: DeviceIdentity | None
    readiness: Readiness
    params: dict[str, object] = field(default_factory=dict)


class Kit:
    """The devices of kit.toml."""

    def __init__(self, config: KitConfig) -> None:
        self._configs: dict[str, list[DeviceConfig]] = {}
        for device in sorted(config.devices, key=lambda entry: entry.spare):
            self._configs.setdefault(device.kind, []).append(device)
        self._chosen: dict[str, int] = {}
        self._open: dict[str, Device] = {}

    def has(self, kind: str) -> bool:
        """Tell whether kit.toml names a device of the kind."""
        return kind in self._configs

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds that kit.toml names."""
        return tuple(self._configs)

    def names(self, kind: str) -> tuple[str, ...]:
        """Return the names of all devices of a kind, the one in use first in kit.toml order."""
        return tuple(entry.name for entry in self._configs.get(kind, []))

    def in_use(self, kind: str) -> str:
        """Return the name of the device of a kind that serves now."""
        return self.names(kind)[self._chosen.get(kind, 0)]

    def device(self, kind: str) -> Device:
        """Return the device in use of any kind, also of one that is not in the station; raises DeviceUnavailable."""
        if kind not in self._open:
            entries = self._configs.get(kind)
            if not entries:
                raise DeviceUnavailable(kind, "open", "device-not-configured")
            self._open[kind] = open_device(entries[self._chosen.get(kind, 0)])
        return self._open[kind]

    def fingerprint(self) -> FingerprintScanner:
        """Return the fingerprint scanner in use."""
        return cast("FingerprintScanner", self.device("fingerprint"))

    def has_staff_scanner(self) -> bool:
        """Tell whether there is a scanner for the fingers of the staff: one of their own, or the kit's."""
        return self.has(STAFF_SCANNER) or self.has("fingerprint")

    def staff_fingerprint(self) -> FingerprintScanner:
        """Return the scanner the staff sign in with: the one on their desk where there is one, else the kit's."""
        kind = STAFF_SCANNER if self.has(STAFF_SCANNER) else "fingerprint"
        return cast("FingerprintScanner", self.device(kind))

    def iris(self) -> IrisScanner:
        """Return the iris scanner in use."""
        return cast("IrisScanner", self.device("iris"))

    def signature(self) -> SignaturePad:
        """Return the signature pad in use."""
        return cast("SignaturePad", self.device("signature"))

    def camera(self) -> Camera:
        """Return the camera in use."""
        return cast("Camera", self.device("camera"))

    def modem(self) -> Modem:
        """Return the M2M modem."""
        return cast("Modem", self.device("modem"))

    def gnss(self) -> GnssReceiver:
        """Return the satellite receiver."""
        return cast("GnssReceiver", self.device("gnss"))

    def display(self) -> CallBoard:
        """Return the call board."""
        return cast("CallBoard", self.device("display"))

    def printer(self) -> CardPrinter:
        """Return the card printer."""
        return cast("CardPrinter", self.device("printer"))

    def reader(self, purpose: str) -> SmartCardReader:
        """Return a smart card reader by purpose: `sam`, `encoder`, `desk`."""
        return cast("SmartCardReader", self.device(f"smartcard-{purpose}"))

    async def use(self, kind: str, name: str) -> None:
        """Switch to another device of the same kind; what the old one was doing is cancelled by closing it."""
        names = self.names(kind)
        if name not in names:
            raise DeviceUnavailable(name, "use")
        await self._close(kind)
        self._chosen[kind] = names.index(name)

    def places(self) -> tuple[tuple[str, str], ...]:
        """Return kind and name of every device of kit.toml."""
        return tuple((kind, entry.name) for kind, entries in self._configs.items() for entry in entries)

    def driver(self, kind: str, name: str) -> str:
        """Return the driver of a device; raises DeviceUnavailable when there is none of that name."""
        return self._configs[kind][self._place(kind, name)].driver

    async def report(self, kind: str, name: str) -> DeviceReport:
        """Ask one device; a spare is not asked, and a driver's trouble is a finding."""
        place = self._place(kind, name)
        return await self._row(kind, place, self._configs[kind][place])

    def _place(self, kind: str, name: str) -> int:
        if name not in self.names(kind):
            raise DeviceUnavailable(name, "use")
        return self.names(kind).index(name)

    async def reports(self) -> list[DeviceReport]:
        """Ask all devices in use at once for readiness and identity; a silent one is never waited for twice."""
        rows = [(kind, place, entry) for kind, entries in self._configs.items() for place, entry in enumerate(entries)]
        return list(await asyncio.gather(*(self._row(*row) for row in rows)))

    async def close(self) -> None:
        """Give all devices back."""
        for kind in list(self._open):
            await self._close(kind)

    async def _row(self, kind: str, place: int, entry: DeviceConfig) -> DeviceReport:
        if place == self._chosen.get(kind, 0):
            return await self._report(kind, entry)
        return DeviceReport(kind, entry.name, entry.driver, False, None, Readiness(("device-spare",)))

    async def _report(self, kind: str, entry: DeviceConfig) -> DeviceReport:
        identity: DeviceIdentity | None = None
        readiness = Readiness()
        params: dict[str, object] = {"device": entry.name, "command": "", "code": ""}
        try:
            async with asyncio.timeout(_REPORT_DEADLINE_S):
                device = self.device(kind)
                readiness = await device.readiness()
                if not _SILENT.intersection(readiness.problems):
                    identity = await device.identity()
        except TimeoutError:
            readiness = readiness if readiness.problems else Readiness(("device-no-reply",))
        except StationError as error:
            params |= error.params
            readiness = readiness if readiness.problems else Readiness((error.message_id,))
        except Exception:  # noqa: BLE001 - a stranger's driver may raise anything; the others are still told
            _log.exception("driver %s.%s", kind, entry.driver)
            readiness = Readiness(("driver-broken",))
        return DeviceReport(kind, entry.name, entry.driver, True, identity, readiness, params)

    async def _close(self, kind: str) -> None:
        device = self._open.pop(kind, None)
        if device is not None:
            await device.close()
