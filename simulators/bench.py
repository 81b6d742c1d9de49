"""A whole bench: people, devices, print room, link, office server, national centre, and the kit.toml that names them.

Does not simulate: two kits at one bench; start a second bench for that.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from simulators.camera import CameraModel
from simulators.cards.test_keys import TEST_PIN
from simulators.control import ControlServer, Operation, fault_operations
from simulators.display import CallBoardModel
from simulators.faults import parse_script
from simulators.gnss import GnssModel
from simulators.kit_file import DeviceLine, write_kit_file
from simulators.modem.line import ModemLine
from simulators.modem.model import ModemModel
from simulators.people import Person, make_class
from simulators.people_files import SCHOOL, write_delivery_note, write_population, write_roster
from simulators.print_room import PrintRoom
from simulators.printer.attendant import Attendant
from simulators.processes import Child, free_port, run_station
from simulators.relay import DataRelay, LinkQuality
from simulators.serial_pad import SerialPadModel
from simulators.staff import HandAtPad, StaffAtDesk
from simulators.tempo import BRISK, Tempo
from simulators.usb.desk import UsbDesk
from simulators.world import World
from station.domain.clock import SystemClock

KIT_ID = "KIT-CONTOH-01"
PRINT_ROOM = "R-CETAK"
_M2M_LINK = LinkQuality(up_bytes_per_s=4_000_000, down_bytes_per_s=4_000_000, latency_s=0.01)


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What kind of day the bench plays; `pace` scales the seconds of the printer's movements, `tempo` is people's.

    `attended`: somebody looks after the printer, for who tries the app alone.
    """

    folder: Path
    students: int
    seed: int
    day: date
    difficult_people: bool = False
    faults: str = ""
    pace: float = 0.02
    tempo: Tempo = BRISK
    link: LinkQuality = _M2M_LINK
    delivered_blanks: int = 0
    attended: bool = False


class Bench:
    """Starts everything, keeps it, stops it."""

    def __init__(self, options: BenchOptions) -> None:
        self._options = options
        self.people: list[Person] = make_class(
            options.seed, options.students, options.day, SCHOOL, options.difficult_people
        )
        self.world = World(self.people, parse_script(options.faults), options.tempo.come_forward_s)
        self.print_room = PrintRoom(self.world, options.seed, options.pace)
        self.staff = StaffAtDesk(self.world, options.folder, options.seed, options.day)
        room = self.print_room
        hand = HandAtPad(self.world, self.staff)
        self._usb = UsbDesk(
            self.world, self.staff, hand, room.sam_slot, room.encoder_slot, room.desk_slot, options.tempo
        )
        self._camera = CameraModel(self.world)
        self._gnss = GnssModel(self.world, SystemClock())
        self._pad = SerialPadModel(hand, options.tempo.signing_speed, options.tempo.pick_up_pen_s)
        self._attendant = Attendant(room.printer, room.hands, room.load)
        self._display = CallBoardModel(self.world, self._attendant.lay_card_of if options.attended else None)
        self._children: list[Child] = []
        self._relay: DataRelay | None = None
        self._modem: ModemLine | None = None
        self._control: ControlServer | None = None

    @property
    def kit_file(self) -> Path:
        """Return where kit.toml is."""
        return self._options.folder / "kit.toml"

    async def start(self) -> None:
        """Start every part and write kit.toml and bench.json; raises RuntimeError naming the part that fails."""
        folder = self._options.folder
        folder.mkdir(parents=True, exist_ok=True)
        write_roster(self.people, folder / "daftar-siswa.xlsx")
        write_population(self.people, folder / "penduduk.json")
        serials = self.print_room.deliver(self._options.delivered_blanks)
        write_delivery_note(serials, folder / "surat-jalan-blangko.txt")
        centre = self._start_centre(folder)
        office = self._start_office(folder, centre)
        self._relay = DataRelay(self.world, "127.0.0.1", office.port, self._options.link, self._options.seed)
        relay_port = await self._relay.start()
        self._modem = ModemLine(ModemModel(self.world, SystemClock(), self._relay))
        devices = await self._start_devices()
        pairing_code = self._pairing_code(folder)
        write_kit_file(self.kit_file, devices, self._tables(office.port, relay_port, pairing_code))
        self._control = ControlServer({**self.print_room.operations(), **self._operations()})
        facts = {"control_port": self._control.port, "people": len(self.people), "sam_pin": TEST_PIN}
        (folder / "bench.json").write_text(json.dumps(facts))
        if self._options.attended:
            self._attendant.start()

    async def stop(self) -> None:
        """Stop every part, last started first."""
        if self._control is not None:
            self._control.close()
        await self._attendant.stop()
        for part in (self._pad, self._display, self._gnss, self._camera, self._modem, self._relay):
            if part is not None:
                await part.stop()
        await self.print_room.agent.stop()
        self._usb.close()
        for child in reversed(self._children):
            child.stop()

    def _start_centre(self, folder: Path) -> Child:
        port = free_port()
        arguments = ["simulators.centre", "--population", str(folder / "penduduk.json"), "--port", str(port)]
        return self._child("centre", [*arguments, "--data", str(folder / "centre")], port)

    def _start_office(self, folder: Path, centre: Child) -> Child:
        port = free_port()
        arguments = ["station", "office", "serve", "--data", str(folder / "office"), "--port", str(port)]
        return self._child("office", [*arguments, "--centre", f"http://127.0.0.1:{centre.port}"], port)

    def _child(self, name: str, arguments: list[str], port: int) -> Child:
        child = Child(name, arguments, port, self._options.folder / "log")
        self._children.append(child)
        child.wait_until_serving()
        return child

    def _pairing_code(self, folder: Path) -> str:
        answer = run_station(["office", "code", "--data", str(folder / "office"), "--kit", KIT_ID])
        return str(answer["code"])

    async def _start_devices(self) -> list[DeviceLine]:
        printer_port = await self.print_room.agent.start()
        return [
            *self._usb.start(self._options.folder / "run"),
            DeviceLine("signature", "serial", await self._pad.start(), "Papan cadangan", spare=True),
            DeviceLine("camera", "mjpeg", await self._camera.start(), "Kamera"),
            DeviceLine("gnss", "nmea", await self._gnss.start(), "Penerima satelit"),
            DeviceLine("display", "jsonlines", await self._display.start(), "Papan panggil"),
            DeviceLine("modem", "at", await self._started_modem(), "Modem M2M"),
            DeviceLine("printer", "hdp5000", f"tcp://127.0.0.1:{printer_port}", "Pencetak kartu"),
        ]

    async def _started_modem(self) -> str:
        if self._modem is None:
            raise RuntimeError("the modem is made after the relay")
        return await self._modem.start()

    def _tables(self, office_port: int, relay_port: int, pairing_code: str) -> dict[str, dict[str, object]]:
        passphrase = self._options.folder / "kit-passphrase"
        if not passphrase.exists():
            passphrase.write_text(secrets.token_urlsafe(24))
            passphrase.chmod(0o600)
        (self._options.folder / "media-cadangan").mkdir(exist_ok=True)
        return {
            "kit": {"id": KIT_ID, "data_dir": "kit", "passphrase_file": "kit-passphrase", "tpm": "off"},
            "office": {
                "lan_url": f"https://127.0.0.1:{office_port}",
                "m2m_url": f"https://127.0.0.1:{relay_port}",
                "pairing_code": pairing_code,
                "authority_file": "office/keys/authority.pem",
            },
            "letterhead": {},
            "capture": {"backup_dirs": ["media-cadangan"]},
            "print": {"room": PRINT_ROOM, "poll_s": 0.02},
        }

    def _operations(self) -> dict[str, Operation]:
        return {
            **fault_operations(self.world.faults),
            "staff": lambda request: _done(self.staff.sit, str(request["who"])),
            "unplug": lambda request: _done(self._usb.unplug, str(request["kind"])),
            "plug": lambda request: _done(self._usb.plug, str(request["kind"])),
            "leave": lambda _request: _done(self.world.leave),
            "same_bodies": lambda _request: {"groups": _same_bodies(self.people)},
            "look": lambda _request: _seen(self.world.subject()),
        }


def _done(work: Callable[..., None], *arguments: object) -> dict[str, object]:
    work(*arguments)
    return {}


def _same_bodies(people: list[Person]) -> list[list[str]]:
    """Return the NIKs of entries that are one and the same person."""
    groups: dict[int, list[str]] = {}
    for person in people:
        groups.setdefault(person.body_seed, []).append(person.biodata.nik)
    return [niks for niks in groups.values() if len(niks) > 1]


def _seen(person: Person | None) -> dict[str, object]:
    """Return what an eye sees of the person before the kit."""
    if person is None:
        return {"somebody": False, "missing_fingers": [], "glasses": False}
    missing = sorted(int(finger) for finger in person.missing_fingers)
    return {"somebody": True, "missing_fingers": missing, "glasses": person.wears_glasses}
