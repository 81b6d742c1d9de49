"""A two-eye iris scanner on the livescan protocol: 640 x 480 pixels in near infrared.

Faults of presentation (`iris eye:RIGHT` or `iris eye:LEFT`): any iris defect the
people know (`closed`, `glare`, ...), or `wrong-eye`.

Does not simulate: visible light, eyes that wander between frames.
"""

from __future__ import annotations

from typing import Any

from simulators.people.defects import IrisDefect
from simulators.usb.livescan import LivescanModel, Picture, Presentation
from simulators.usb.surroundings import Surroundings
from station.devices.transport import livescan_wire as wire
from station.domain.sample import Eye, GreyImage

_ALL_EYES = 0b11
_HINTS = {
    IrisDefect.CLOSED: wire.Hint.OPEN_EYES,
    IrisDefect.HALF_CLOSED: wire.Hint.OPEN_EYES,
    IrisDefect.FAR: wire.Hint.CLOSER,
}


class IrisScannerModel(LivescanModel):
    """The iris scanner of a kit."""

    vendor_id = 0x1209
    product_id = 0x0002

    def __init__(
        self,
        world: Surroundings,
        device: str = "iris",
        serial: str = "IR-0001",
        still_s: float = 0.2,
        ready_s: float = 0.0,
    ) -> None:
        abilities = wire.Ability.PREVIEW | wire.Ability.BOTH_EYES
        identity = wire.Identity(
            wire.ScannerKind.IRIS, abilities, 640, 480, 500, 160, "Contoh", "Iris 2", serial, "1.0"
        )
        super().__init__(world, device, identity, still_s, ready_s)

    def accepts(self, request: wire.StartRequest) -> wire.Refusal:
        """Refuse anything but one or both eyes."""
        eyes_only = request.part == 0 and request.mask and not request.mask & ~_ALL_EYES
        return wire.Refusal.NONE if eyes_only else wire.Refusal.PART

    def present(self, request: wire.StartRequest) -> Presentation | None:
        """Let the person look into the device."""
        person = self._world.subject()
        if person is None:
            return None
        eyes = [eye for eye in Eye if request.mask & 1 << (eye - 1)]
        shown = [self._eye(person, eye) for eye in eyes]
        hints = [hint for _picture, hint in shown if hint is not wire.Hint.HOLD_STILL]
        hint = hints[0] if hints else wire.Hint.HOLD_STILL
        return Presentation(tuple(picture for picture, _hint in shown), len(shown), hint)

    def empty_part(self, request: wire.StartRequest) -> int:
        """Return the first eye asked for: the view is dark, and it is that eye's."""
        return next(int(eye) for eye in Eye if request.mask & 1 << (eye - 1))

    def _eye(self, person: Any, eye: Eye) -> tuple[Picture, wire.Hint]:
        part = f"eye:{eye.name}"
        attempt = self._world.next_attempt(self.device, part)
        fault = self._world.faults.take(self.device, part)
        action = fault.action if fault else ""
        given = Eye(3 - eye) if action == "wrong-eye" else eye
        defect = IrisDefect(action) if action in tuple(IrisDefect) else None
        image: GreyImage = person.iris_image(given, attempt, defect)
        hint = _HINTS.get(defect, wire.Hint.HOLD_STILL) if defect else wire.Hint.HOLD_STILL
        return Picture(image, int(eye), 1 << (eye - 1)), hint
