"""The USB devices of one bench: scanners and card readers on a USB/IP port, the readers behind a private PC/SC service.

Does not simulate: a hub that loses power.
"""

from __future__ import annotations

from pathlib import Path

from simulators.cards.slot import CardSlot
from simulators.kit_file import DeviceLine
from simulators.tempo import BRISK, Tempo
from simulators.usb.ccid import desk_reader, encoder_reader, sam_reader
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.iris_scanner import IrisScannerModel
from simulators.usb.model import UsbModel
from simulators.usb.pcsc import PcscStack
from simulators.usb.stu_pad import StuPadModel
from simulators.usb.surroundings import Surroundings
from simulators.usb.usbip_server import UsbipServer
from simulators.world import World

_FINGERPRINT, _SPARE_FINGERPRINT, _IRIS, _PAD = "1-1", "1-2", "1-3", "1-4"
_FINGERPRINT_SCANNERS = (
    (_FINGERPRINT, "fingerprint", "FP-0001"),
    (_SPARE_FINGERPRINT, "fingerprint-spare", "FP-0002"),
)
_SAM, _ENCODER, _DESK = "2-1", "2-2", "2-3"
_STAFF = "1-5"
_PLACES = {
    "fingerprint": _FINGERPRINT,
    "fingerprint-spare": _SPARE_FINGERPRINT,
    "fingerprint-staff": _STAFF,
    "iris": _IRIS,
    "signature": _PAD,
    "smartcard-sam": _SAM,
    "smartcard-encoder": _ENCODER,
    "smartcard-desk": _DESK,
}


class UsbDesk:
    """Plugs every device in when started; `close` ends the service and the port."""

    def __init__(
        self,
        world: World,
        staff: Surroundings,
        hand_at_pad: Surroundings,
        sam: CardSlot,
        encoder: CardSlot,
        desk: CardSlot,
        tempo: Tempo = BRISK,
    ) -> None:
        self._sam, self._encoder, self._desk = sam, encoder, desk
        self._world = world
        self._staff = staff
        self._hand_at_pad = hand_at_pad
        self._tempo = tempo
        self._server: UsbipServer | None = None
        self._pulled: dict[str, UsbModel] = {}
        self._pcsc: PcscStack | None = None

    def start(self, run_dir: Path) -> list[DeviceLine]:
        """Serve all devices and return their lines for kit.toml."""
        server = self._server = UsbipServer()
        self._plug_scanners(server)
        server.plug(_SAM, sam_reader(self._sam, self._world.faults))
        server.plug(_ENCODER, encoder_reader(self._encoder, self._world.faults))
        server.plug(_DESK, desk_reader(self._desk, self._world.faults))
        self._pcsc = PcscStack(run_dir, server.host, server.port, only=[_SAM, _ENCODER, _DESK])
        options = {"socket": str(self._pcsc.socket)}
        return [
            DeviceLine("fingerprint", "livescan", server.address(_FINGERPRINT), "Pemindai sidik jari"),
            DeviceLine("fingerprint", "livescan", server.address(_SPARE_FINGERPRINT), "Pemindai cadangan", spare=True),
            DeviceLine("fingerprint-staff", "livescan", server.address(_STAFF), "Pemindai jari petugas"),
            DeviceLine("iris", "livescan", server.address(_IRIS), "Pemindai iris"),
            DeviceLine("signature", "stu", server.address(_PAD), "Papan tanda tangan"),
            DeviceLine("smartcard-sam", "pcsc", "pcsc:SAM-0001", "Pembaca SAM", options=options),
            DeviceLine("smartcard-encoder", "pcsc", "pcsc:ENCODER-0001", "Penyandi cip pencetak", options=options),
            DeviceLine("smartcard-desk", "pcsc", "pcsc:DESK-0001", "Pembaca meja", options=options),
        ]

    def _plug_scanners(self, server: UsbipServer) -> None:
        tempo = self._tempo
        for port, device, serial in _FINGERPRINT_SCANNERS:
            scanner = FingerprintScannerModel(
                self._world, device, serial, still_s=tempo.hold_still_s, ready_s=tempo.lay_fingers_s
            )
            server.plug(port, scanner)
        small = FingerprintScannerModel(
            self._staff,
            "fingerprint-staff",
            "FP-0003",
            slaps=False,
            still_s=tempo.hold_still_s,
            ready_s=tempo.lay_fingers_s,
        )
        server.plug(_STAFF, small)
        eyes = IrisScannerModel(self._world, still_s=tempo.hold_still_s, ready_s=tempo.look_into_scanner_s)
        server.plug(_IRIS, eyes)
        server.plug(_PAD, StuPadModel(self._hand_at_pad, pace=tempo.signing_speed, ready_s=tempo.pick_up_pen_s))

    def unplug(self, kind: str) -> None:
        """Pull the plug of a device, by its kind; raises KeyError for one that is not here."""
        if self._server is not None and (model := self._server.unplug(_PLACES[kind])) is not None:
            self._pulled[kind] = model

    def plug(self, kind: str) -> None:
        """Put the plug of a device back that was pulled."""
        if self._server is not None and kind in self._pulled:
            self._server.plug(_PLACES[kind], self._pulled.pop(kind))

    def close(self) -> None:
        """End the service, then pull every plug."""
        if self._pcsc is not None:
            self._pcsc.close()
        if self._server is not None:
            self._server.close()
