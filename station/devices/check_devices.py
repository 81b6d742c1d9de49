"""How each kind of device is exercised by the kit check, without a person before the kit (`pen_test.py` has one)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from station.devices.check_computer import Finding
from station.devices.errors import NoReply
from station.devices.fingerprint.interface import FingerRequest
from station.devices.identity import DeviceIdentity, Readiness
from station.devices.iris.interface import IrisRequest
from station.devices.kit import STAFF_SCANNER, Kit
from station.domain.sample import Finger, Slap

_FRAME_DEADLINE_S = 10.0
_FIX_DEADLINE_S = 10.0
# What may be missing when a kit sets out: recording works without network and sky, blanks are loaded last.
_MAY_GO_WITHOUT = frozenset(
    {
        "modem-not-registered",
        "modem-no-signal",
        "gnss-no-fix",
        "printer-cleaning-due",
        "printer-hopper-empty",
    }
)


class _AnyDevice(Protocol):
    async def identity(self) -> DeviceIdentity: ...
    async def readiness(self) -> Readiness: ...


async def _fingerprint(kit: Kit) -> Finding:
    scanner = kit.fingerprint()
    finding = await _asked(scanner)
    if not finding.good:
        return finding
    seen = asyncio.Event()
    if scanner.captures_slaps:
        request = FingerRequest.of_slap(Slap.RIGHT_FOUR, timeout_s=_FRAME_DEADLINE_S)
    else:
        request = FingerRequest.of_single(Finger.RIGHT_INDEX, timeout_s=_FRAME_DEADLINE_S)
    await _first_frame(kit.in_use("fingerprint"), scanner.capture(request, lambda _frame: seen.set()), seen)
    return finding


async def _iris(kit: Kit) -> Finding:
    scanner = kit.iris()
    finding = await _asked(scanner)
    if not finding.good:
        return finding
    seen = asyncio.Event()
    request = IrisRequest(timeout_s=_FRAME_DEADLINE_S)
    await _first_frame(kit.in_use("iris"), scanner.capture(request, lambda _frame: seen.set()), seen)
    return finding


async def _first_frame(name: str, capture: Awaitable[object], seen: asyncio.Event) -> None:
    """Start a capture and break it off at its first live frame; raises NoReply when none comes."""
    running = asyncio.ensure_future(capture)
    watching = asyncio.ensure_future(seen.wait())
    try:
        await asyncio.wait({running, watching}, timeout=_FRAME_DEADLINE_S, return_when=asyncio.FIRST_COMPLETED)
        if running.done() and not seen.is_set():
            running.result()
        elif not seen.is_set():
            raise NoReply(name, "preview")
    finally:
        watching.cancel()
        running.cancel()
        await asyncio.gather(running, watching, return_exceptions=True)


async def _signature(kit: Kit) -> Finding:
    pad = kit.signature()
    finding = await _asked(pad)
    if finding.good:
        area = await pad.area()
        await pad.show((kit.in_use("signature"),))
        await pad.clear()
        finding.facts["check-pad-area"] = f"{area.width} x {area.height}, {area.rate_hz} Hz"
    return finding


async def _camera(kit: Kit) -> Finding:
    camera = kit.camera()
    finding = await _asked(camera)
    if finding.good:
        await camera.preview()
        picture = await camera.still()
        finding.facts["camera-size"] = f"{picture.width} x {picture.height}"
    return finding


async def _modem(kit: Kit) -> Finding:
    return await _asked(kit.modem())


async def _gnss(kit: Kit) -> Finding:
    receiver = kit.gnss()
    fix = await receiver.fix(_FIX_DEADLINE_S)
    if fix is None:
        return await _asked(receiver)
    facts = {"gnss-satellites": str(fix.satellites), "gnss-accuracy-m": f"{fix.accuracy_m:.0f}"}
    return Finding(True, True, facts)


async def _display(kit: Kit) -> Finding:
    board = kit.display()
    finding = await _asked(board)
    if finding.good:
        await board.clear()
    return finding


async def _printer(kit: Kit) -> Finding:
    printer = kit.printer()
    finding = await _asked(printer)
    supplies = await printer.supplies()
    levels = {"check-ribbon-percent": supplies.ribbon_percent, "check-film-percent": supplies.film_percent}
    finding.facts.update({name: str(level) for name, level in levels.items() if level is not None})
    return finding


async def exercise_any(kit: Kit, kind: str) -> Finding:
    """Ask a device of a kind without an exercise of its own whether it is ready and who it is."""
    return await _asked(kit.device(kind))


async def _reader(kit: Kit, purpose: str) -> Finding:
    return await _asked(kit.reader(purpose))


async def _sam_reader(kit: Kit) -> Finding:
    reader = kit.reader("sam")
    finding = await _asked(reader)
    if finding.good:
        channel = await reader.connect()
        await channel.close()
    return finding


async def _asked(device: _AnyDevice) -> Finding:
    readiness = await device.readiness()
    facts = dict(readiness.details)
    causes = readiness.problems + readiness.limits
    if not set(readiness.problems) <= _MAY_GO_WITHOUT.union(readiness.may_wait):
        return Finding(False, False, facts, causes)
    identity = await device.identity()
    words = (f"{identity.make} {identity.model}".strip("- "), identity.serial, identity.firmware)
    who = ", ".join(word for word in words if word.strip("- "))
    facts = {name: value for name, value in facts.items() if value not in who}  # nothing is told twice
    facts["check-identity"] = who
    # what a device cannot do at all is told with care, too: whoever sets out must know it
    return Finding(not causes, True, facts, causes)


EXERCISES: dict[str, Callable[[Kit], Awaitable[Finding]]] = {
    "fingerprint": _fingerprint,
    STAFF_SCANNER: lambda kit: _asked(kit.staff_fingerprint()),  # a small sensor shows nothing before a finger lies
    "iris": _iris,
    "signature": _signature,
    "camera": _camera,
    "modem": _modem,
    "gnss": _gnss,
    "display": _display,
    "printer": _printer,
    "smartcard-sam": _sam_reader,
    "smartcard-encoder": lambda kit: _reader(kit, "encoder"),
    "smartcard-desk": lambda kit: _reader(kit, "desk"),
}
