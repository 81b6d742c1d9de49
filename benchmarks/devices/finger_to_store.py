"""From the finger lifted to the image stored: the product's recording desk on the real USB driver.

The clock starts in the simulators' process at the moment the scanner has its image, and stops when the desk returns,
which it does once journal, row and audit entry are durable. The limit beside it is physical: the same bytes read by
bare pyusb, then written and synced once, in the same run and on the same disk. The first figure judges nothing (one
finger, a judge that likes all), the second is a slap as an operator takes it: segmented, scored, compared.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import usb.util

from benchmarks.devices.usb_images import bare_device, bare_frames
from benchmarks.devices.usb_models import FINGER_SIZE, SLAP_SIZE, Room
from benchmarks.figures import Figure
from simulators.faults import FaultScript
from simulators.people.person import make_person
from simulators.usb.fingerprint_scanner import FingerprintScannerModel
from simulators.usb.livescan import Presentation
from simulators.usb.usbip_server import UsbipServer
from simulators.world import World
from station.capture.examiner import Examiner
from station.devices.fingerprint.livescan import open_scanner
from station.devices.transport import livescan_wire as wire
from station.domain.sample import Finger, Slap
from tests.capture_desk import OPERATOR, Desk, make_desk
from tests.capture_sittings import QuickExaminer

_DAY = date(2026, 3, 2)
_SLAPS = 3


def figures() -> list[Figure]:
    """Measure a single finger without judgement and a slap with it."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    process.start()
    address, bare_address = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        measured = [
            _figure("finger, nothing judged", Path(folder, "finger"), QuickExaminer(), address, bare_address, here),
            _figure("slap, judged and compared", Path(folder, "slap"), None, address, bare_address, here),
        ]
    here.send("stop")
    process.join(5)
    return measured


def _figure(name: str, folder: Path, examiner: Examiner | None, address: str, bare_address: str, pipe: Any) -> Figure:
    folder.mkdir()
    desk = make_desk(folder, [make_person(1, 1, _DAY, age=17)], examiner=examiner)
    taken_s, record_bytes = asyncio.run(_stored(desk, address, pipe, slaps=examiner is None))
    limit_s = _limit(folder, bare_address, record_bytes, slaps=examiner is None)
    label = f"lifted to stored: {name} ({record_bytes // 1000} kB)"
    return Figure(label, taken_s * 1000, limit_s * 1000, "ms", "bare read + one synced write", "told, no goal set")


async def _stored(desk: Desk, address: str, pipe: Any, *, slaps: bool) -> tuple[float, int]:
    scanner = open_scanner(address, "fp", {"preview_rate_hz": "0"})
    desk.recording._kit.fingerprint = lambda: scanner  # type: ignore[method-assign]  # noqa: SLF001 - the one real device
    sitting = await desk.begin(desk.open_session())
    await desk.recording.capture_photo(OPERATOR, sitting.sitting_id)
    desk.recording.approve_photo(OPERATOR, sitting.sitting_id)
    await desk.recording.capture_signature(OPERATOR, sitting.sitting_id)
    journal = desk.recording.desk.journal_path(sitting.sitting_id)
    taken, sizes = [], []
    for one in (*tuple(Slap) * _SLAPS,) if slaps else tuple(Finger):
        before = journal.stat().st_size
        if isinstance(one, Slap):
            await desk.recording.capture_slap(OPERATOR, sitting.sitting_id, one)
        else:
            await desk.recording.capture_finger(OPERATOR, sitting.sitting_id, one)
        ended_s = time.monotonic()
        pipe.send("when")
        lifted_s = pipe.recv()
        if journal.stat().st_size > before:
            taken.append(ended_s - lifted_s)
            sizes.append(journal.stat().st_size - before)
    await scanner.close()
    return statistics.median(taken), int(statistics.median(sizes))


def _limit(folder: Path, address: str, record_bytes: int, *, slaps: bool) -> float:
    device = bare_device(address)
    part = Slap.LEFT_FOUR.value if slaps else int(Finger.LEFT_THUMB)
    fingers = Slap.LEFT_FOUR.fingers if slaps else (Finger.LEFT_THUMB,)
    mask = sum(1 << (finger - 1) for finger in fingers)
    request = wire.StartRequest(1, part, mask, 500, 0, 5000)
    noise = os.urandom(record_bytes)
    taken = []
    for number in range(7):
        started_s = time.perf_counter()
        bare_frames(device, request, [SLAP_SIZE if slaps else FINGER_SIZE])
        with Path(folder, f"peer-{number}").open("wb") as file:
            file.write(noise)
            file.flush()
            os.fsync(file.fileno())
        taken.append(time.perf_counter() - started_s)
    usb.util.dispose_resources(device)
    return statistics.median(taken)


class _Stamped(FingerprintScannerModel):
    """Notes when it has the image."""

    lifted_s = 0.0

    def _deliver(self, operation: Any, presentation: Presentation) -> None:
        self.lifted_s = time.monotonic()
        super()._deliver(operation, presentation)


def _serve(pipe: Connection) -> None:
    person = make_person(1, 1, _DAY, age=17)
    world = World([person], FaultScript())
    world.call(1, person.biodata.name)
    server = UsbipServer()
    model = _Stamped(world, still_s=0.0)
    server.plug("1-1", model)
    server.plug("1-2", FingerprintScannerModel(Room(), "bare", "FP-0002", still_s=0.0))
    pipe.send((server.address("1-1"), server.address("1-2")))
    while pipe.recv() != "stop":
        pipe.send(model.lifted_s)
    server.close()
