"""The share of a person in the kit check: a stroke on the signature pad, with a deadline and a way to pass it over.

A pad that answers is not yet a pad that writes: a pen with a dead coil or a worn surface shows only under a hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from station.devices.check_computer import Finding
from station.devices.errors import NoReply
from station.devices.signature.interface import PadArea, SignatureCapture, SignaturePad, SignatureRequest
from station.domain.sample import PenSample

PEN_DEADLINE_S = 20.0
_FINISHED_AFTER_S = 0.8
_LEAST_SAMPLES = 10
_LEAST_LENGTH_MM = 5.0


class PenTest:
    """Asks for one stroke: `run` shows `lines` on the pad and waits, `skip` ends the waiting without a pass.

    `on_asked` hears the pad's name, the seconds left, and why one more stroke is asked for (a message identifier,
    empty at first).
    """

    def __init__(
        self,
        lines: tuple[str, ...],
        on_asked: Callable[[str, float, str], None],
        deadline_s: float = PEN_DEADLINE_S,
    ) -> None:
        self.deadline_s = deadline_s
        self.waiting = False
        self._lines = lines
        self._on_asked = on_asked
        self._skipped = asyncio.Event()

    def skip(self) -> None:
        """Pass the test over; without effect once it is through."""
        self._skipped.set()

    async def run(self, pad: SignaturePad, name: str) -> Finding:
        """Return what the stroke showed; no stroke at the deadline keeps the kit at home, a test passed over does not.

        Raises the pad's device errors.
        """
        stroke = asyncio.ensure_future(self._good_stroke(pad, name))
        skipped = asyncio.ensure_future(self._skipped.wait())
        self.waiting = True
        try:
            await asyncio.wait({stroke, skipped}, return_when=asyncio.FIRST_COMPLETED)
            return stroke.result() if stroke.done() else Finding.care("check-pen-skipped")
        finally:
            self.waiting = False
            stroke.cancel()
            skipped.cancel()
            await asyncio.gather(stroke, skipped, return_exceptions=True)

    async def _good_stroke(self, pad: SignaturePad, name: str) -> Finding:
        loop = asyncio.get_running_loop()
        ends_at_s, trouble = loop.time() + self.deadline_s, ""
        while (left_s := ends_at_s - loop.time()) > 0:
            self._on_asked(name, left_s, trouble)
            try:
                capture = await pad.capture(SignatureRequest(self._lines, left_s, _FINISHED_AFTER_S))
            except NoReply as error:
                if error.message_id != "pad-no-ink":
                    raise
                break
            trouble = stroke_trouble(capture.samples, capture.area)
            if not trouble:
                await pad.clear()
                return Finding(True, True, {"check-pen-stroke": _told(capture)})
        return Finding.stop(trouble or "check-pen-no-ink", seconds=round(self.deadline_s))


def stroke_trouble(samples: Sequence[PenSample], area: PadArea) -> str:
    """Return why a stroke proves too little, as a message identifier, or an empty text."""
    touching = [sample for sample in samples if sample.touching]
    if len(touching) < _LEAST_SAMPLES or max(_size_mm(touching, area)) < _LEAST_LENGTH_MM:
        return "check-pen-too-short"
    pressures = {sample.pressure for sample in touching}
    if area.max_pressure > 1 and len(pressures) == 1:
        return "check-pen-pressure-flat"
    return ""


def _size_mm(samples: Sequence[PenSample], area: PadArea) -> tuple[float, float]:
    columns, rows = [sample.x for sample in samples], [sample.y for sample in samples]
    return (max(columns) - min(columns)) / area.unit_per_mm, (max(rows) - min(rows)) / area.unit_per_mm


def _told(capture: SignatureCapture) -> str:
    touching = [sample for sample in capture.samples if sample.touching]
    width_mm, height_mm = _size_mm(touching, capture.area)
    words = [f"{len(touching)}", f"{width_mm:.0f} x {height_mm:.0f} mm"]
    if capture.area.max_pressure > 1:
        words.append(f"{max(sample.pressure for sample in touching) / capture.area.max_pressure:.0%}")
    return ", ".join(words)
