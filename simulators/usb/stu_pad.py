"""A Wacom STU-430 signature pad: the person before the kit signs when the pad is made to ink.

Faults (`signature capture`): `unplug seconds=N` in mid-signature, `no-ink` the person
does not sign, `lost` a report is missing, `swapped` two reports in the wrong order,
`duplicated`, `garbage` a report of noise, `stall`; (`signature information`):
`silence`, `garbage`.

Does not simulate: encryption of pen data, colour screens, pictures kept in the pad.
"""

from __future__ import annotations

import random
import threading

from simulators.faults import Fault
from simulators.tempo import spread
from simulators.usb.descriptors import (
    FULL_SPEED,
    Endpoint,
    Interface,
    TransferKind,
    configuration_descriptor,
    device_descriptor,
)
from simulators.usb.model import Setup, Silence, Stall, UsbModel
from simulators.usb.surroundings import Surroundings
from station.devices.signature import stu_reports as stu
from station.domain.sample import PenSample

INTERRUPT_IN = 0x81
_GET_REPORT, _SET_REPORT = 0x01, 0x09
_HID_DESCRIPTOR, _REPORT_DESCRIPTOR = 0x21, 0x22
_WAIT_FOR_PERSON_S = 0.05
CAPABILITY = stu.Capability(9600, 6000, 1023, 320, 200, 200, 2540, stu.Encoding.ONE_BIT)


class StuPadModel(UsbModel):
    """The pad; people take the pen after about `ready_s` and sign `pace` times faster than life."""

    vendor_id = stu.WACOM
    product_id = 0x00A4
    speed = FULL_SPEED

    def __init__(
        self,
        world: Surroundings,
        device: str = "signature",
        serial: str = "STU-0001",
        pace: float = 1.0,
        ready_s: float = 0.0,
    ) -> None:
        super().__init__((INTERRUPT_IN,))
        self.strings = ("Wacom Co.,Ltd.", "STU-430", serial)
        self.device = device
        self.device_descriptor = device_descriptor(self.vendor_id, self.product_id)
        ends = (Endpoint(INTERRUPT_IN, TransferKind.INTERRUPT, 64, 4),)
        self._report_descriptor = _report_descriptor()
        self._hid_descriptor = b"\x09\x21\x11\x01\x00\x01\x22" + len(self._report_descriptor).to_bytes(2, "little")
        self.configuration_descriptor = configuration_descriptor(Interface(3, 0, 0, ends, self._hid_descriptor))
        self._world = world
        self._pace = pace
        self._ready_s = ready_s
        self._random = random.Random(serial)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._settings = {stu.Report.INKING_MODE: 0, stu.Report.PEN_OPTION_MODE: 0}
        self._sequence = 0
        self._picture = b""
        self._receiving = False
        self.shown = b""
        self.clears = 0

    def descriptor(self, kind: int, position: int, setup: Setup) -> bytes:
        """Return the descriptors of the HID class beside the usual ones."""
        if kind == _HID_DESCRIPTOR:
            return self._hid_descriptor
        if kind == _REPORT_DESCRIPTOR:
            return self._report_descriptor
        return super().descriptor(kind, position, setup)

    def request(self, setup: Setup, data: bytes) -> bytes:
        """Answer the HID class requests."""
        if setup.request == _GET_REPORT:
            return self._report(setup.value & 0xFF)
        if setup.request == _SET_REPORT and data and data[0] == setup.value & 0xFF:
            self._obey(data)
            return b""
        if setup.request in (0x0A, 0x0B):
            return b""
        raise Stall

    def detached(self) -> None:
        """Stop when the host is gone."""
        self._ended.set()
        self._settings[stu.Report.INKING_MODE] = 0
        super().detached()

    def _report(self, number: int) -> bytes:
        match number:
            case stu.Report.INFORMATION:
                return self._spoiled("information", stu.Information("STU-430", "1.05").pack())
            case stu.Report.CAPABILITY:
                return CAPABILITY.pack()
            case stu.Report.STATUS:
                return stu.pack_status(stu.State.IMAGE if self._receiving else stu.State.READY)
            case stu.Report.UID_2:
                return stu.pack_uid(self.strings[2])
            case stu.Report.INKING_MODE | stu.Report.PEN_OPTION_MODE:
                return bytes((number, self._settings[stu.Report(number)]))
        raise Stall

    def _spoiled(self, operation: str, answer: bytes) -> bytes:
        fault = self._world.faults.take(self.device, operation)
        if fault is not None and fault.action == "silence":
            raise Silence
        if fault is not None and fault.action == "garbage":
            return self._random.randbytes(len(answer))
        return answer

    def _obey(self, report: bytes) -> None:
        number = report[0]
        if len(report) < 2:
            raise Stall
        match number:
            case stu.Report.CLEAR_SCREEN:
                self.clears += 1
                self.shown = b""
            case stu.Report.INKING_MODE:
                self._set_inking(report[1] != 0)
            case stu.Report.PEN_OPTION_MODE:
                self._settings[stu.Report.PEN_OPTION_MODE] = report[1]
            case stu.Report.START_IMAGE:
                self._receiving, self._picture = True, b""
            case stu.Report.IMAGE_BLOCK if self._receiving:
                self._picture += stu.image_part(report)
            case stu.Report.END_IMAGE if self._receiving:
                self._receiving, self.shown = False, self._picture
            case _:
                raise Stall

    def _set_inking(self, on: bool) -> None:
        with self._lock:
            self._settings[stu.Report.INKING_MODE] = int(on)
            self._ended.set()
            if not on:
                return
            ended = self._ended = threading.Event()
        fault = self._world.faults.take(self.device, "capture")
        if fault is not None and fault.action == "stall":
            self.stall(INTERRUPT_IN)
        if fault is None or fault.action != "no-ink":
            threading.Thread(target=self._sign, args=(ended, fault), name="pen", daemon=True).start()

    def _sign(self, ended: threading.Event, fault: Fault | None) -> None:
        while (person := self._world.subject()) is None:
            if ended.wait(_WAIT_FOR_PERSON_S):
                return
        if ended.wait(spread(self._random, self._ready_s)):
            return
        samples: tuple[PenSample, ...] = person.signature_samples(self._world.next_attempt(self.device, "signature"))
        reports = _spoiled_reports(self._reports(samples), fault, self._random)
        last_ms = 0
        for position, (time_ms, report) in enumerate(reports):
            if ended.wait(max(0, time_ms - last_ms) / 1000 / self._pace):
                return
            last_ms = time_ms
            if fault is not None and fault.action == "unplug" and position == len(reports) // 2:
                self.unplug(fault.number("seconds", 2.0))
                return
            self.pipes[INTERRUPT_IN].push(report)

    def _reports(self, samples: tuple[PenSample, ...]) -> list[tuple[int, bytes]]:
        reports = []
        for sample in samples:
            place = (sample.pressure, sample.x, sample.y)
            report = stu.PenReport(True, sample.touching, *place, sample.time_ms, self._sequence)
            self._sequence = (self._sequence + 1) & 0xFFFF
            reports.append((sample.time_ms, report.pack()))
        return reports


def _spoiled_reports(
    reports: list[tuple[int, bytes]], fault: Fault | None, source: random.Random
) -> list[tuple[int, bytes]]:
    middle = len(reports) // 2
    before, (time_ms, report), after = reports[:middle], reports[middle], reports[middle + 1 :]
    match fault.action if fault else "":
        case "lost":
            return before + after
        case "duplicated":
            return [*before, (time_ms, report), (time_ms, report), *after]
        case "swapped":
            return [*before, *after[:1], (time_ms, report), *after[1:]]
        case "garbage":
            return [*before, (time_ms, b"\x7f" + source.randbytes(10)), *after]
    return reports


def _report_descriptor() -> bytes:
    body = b"\x06\x00\xff\x09\x01\xa1\x01\x15\x00\x26\xff\x00\x75\x08"  # vendor page, application, bytes 0..255
    for report, size in stu.SIZES.items():
        count = size - 1
        item = b"\x95" + bytes((count,)) if count < 256 else b"\x96" + count.to_bytes(2, "little")
        kind = b"\x81\x02" if report in stu.INPUT_REPORTS else b"\xb1\x02"
        body += bytes((0x85, report, 0x09, report)) + item + kind
    return body + b"\xc0"
