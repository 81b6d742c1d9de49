"""The USB devices of one bench: scanners and card readers on a USB/IP port, the readers behind a private PC/SC service.

Does not simulate: a hub that loses power.
"""

from __future__ import annotations

from pathlib import Path

from simulators.cards.slot import CardSlot
from simulators.kit_file import DeviceLine
from simulators.usb.ccid import CcidReaderModel
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.iris_scanner import IrisScannerModel
from simulators.usb.pcsc import PcscStack
from simulators.usb.usbip_server import UsbipServer
from simulators.world import World

_FINGERPRINT, _SPARE_FINGERPRINT, _IRIS = "1-1", "1-2", "1-3"
_READERS = {"2-1": ("sam", "SAM-0001"), "2-2": ("encoder", "ENC-0001"), "2-3": ("desk", "DESK-001")}
_READER_NAMES = {"sam": "Pembaca SAM", "encoder": "Penyandi cip pencetak", "desk": "Pembaca meja"}


class UsbDesk:
    """Plugs every device in when started; `close` ends the service and the port."""

    def __init__(self, world: World, sam: CardSlot, encoder: CardSlot, desk: CardSlot, still_s: float = 0.05) -> None:
        self._slots = {"sam": sam, "encoder": encoder, "desk": desk}
        self._world = world
        self._still_s = still_s
        self._server: UsbipServer | None = None
        self._pcsc: PcscStack | None = None

    def start(self, run_dir: Path) -> list[DeviceLine]:
        """Serve all devices and return their lines for kit.toml."""
        server = self._server = UsbipServer()
        server.plug(_FINGERPRINT, FingerprintScannerModel(self._world, still_s=self._still_s))
        spare = FingerprintScannerModel(self._world, "fingerprint-spare", "FP-0002", still_s=self._still_s)
        server.plug(_SPARE_FINGERPRINT, spare)
        server.plug(_IRIS, IrisScannerModel(self._world, still_s=self._still_s))
        for bus_id, (purpose, serial) in _READERS.items():
            reader = CcidReaderModel(self._slots[purpose], self._world.faults, f"smartcard-{purpose}", serial)
            server.plug(bus_id, reader)
        self._pcsc = PcscStack(run_dir, server.host, server.port, only=list(_READERS))
        options = {"socket": str(self._pcsc.socket)}
        return [
            DeviceLine("fingerprint", "livescan", server.address(_FINGERPRINT), "Pemindai sidik jari"),
            DeviceLine("fingerprint", "livescan", server.address(_SPARE_FINGERPRINT), "Pemindai cadangan", spare=True),
            DeviceLine("iris", "livescan", server.address(_IRIS), "Pemindai iris"),
            *(
                DeviceLine(f"smartcard-{purpose}", "pcsc", f"pcsc:{serial}", _READER_NAMES[purpose], options=options)
                for purpose, serial in _READERS.values()
            ),
        ]

    def close(self) -> None:
        """End the service, then pull every plug."""
        if self._pcsc is not None:
            self._pcsc.close()
        if self._server is not None:
            self._server.close()
