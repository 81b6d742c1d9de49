"""A ten-print scanner on the livescan protocol: slaps of 1600 x 1500 pixels and single fingers at 500 ppi.

The person who stands before the kit gives what is asked for. Faults of presentation
(`fingerprint slap:LEFT_FOUR` or `fingerprint finger:RIGHT_INDEX`): `wrong-hand`,
`wrong-finger`, or any finger or slap defect the people know (`dry`, `short`, ...),
`finger=N` limits a finger defect to one finger.

Does not simulate: rolled prints, fake-finger detection, the force of the hand.
"""

from __future__ import annotations

from typing import Any

from simulators.faults import Fault
from simulators.people.defects import FingerDefect, SlapDefect
from simulators.usb.livescan import LivescanModel, Picture, Presentation
from simulators.usb.surroundings import Surroundings
from station.devices.transport import livescan_wire as wire
from station.domain.sample import Finger, GreyImage, Slap

RESOLUTION_PPI = 500
_OTHER_HAND = {Slap.LEFT_FOUR: Slap.RIGHT_FOUR, Slap.RIGHT_FOUR: Slap.LEFT_FOUR, Slap.THUMBS: Slap.RIGHT_FOUR}
_SLAP_CODES = {slap.value: slap for slap in Slap}
_HINTS = {
    FingerDefect.DRY: wire.Hint.PRESS_HARDER,
    FingerDefect.LIGHT: wire.Hint.PRESS_HARDER,
    FingerDefect.WET: wire.Hint.PRESS_SOFTER,
}


class FingerprintScannerModel(LivescanModel):
    """The scanner of a kit; `slaps=False` makes a single-finger reader of it."""

    vendor_id = 0x1209
    product_id = 0x0001

    def __init__(
        self,
        world: Surroundings,
        device: str = "fingerprint",
        serial: str = "FP-0001",
        slaps: bool = True,
        still_s: float = 0.2,
        ready_s: float = 0.0,
    ) -> None:
        abilities = wire.Ability.PREVIEW | (wire.Ability.SLAPS if slaps else wire.Ability(0))
        size = (1600, 1500) if slaps else (500, 600)
        identity = wire.Identity(
            wire.ScannerKind.FINGERPRINT, abilities, *size, RESOLUTION_PPI, 200, "Contoh", "Ten 500", serial, "1.0"
        )
        super().__init__(world, device, identity, still_s, ready_s)

    def accepts(self, request: wire.StartRequest) -> wire.Refusal:
        """Refuse slaps on a small glass, unknown parts and other resolutions."""
        if request.resolution_ppi != RESOLUTION_PPI:
            return wire.Refusal.RESOLUTION
        slap = _SLAP_CODES.get(request.part)
        if slap is not None:
            allowed = sum(1 << (finger - 1) for finger in slap.fingers)
            whole = wire.Ability.SLAPS in self.identity.abilities and request.mask and not request.mask & ~allowed
            return wire.Refusal.NONE if whole else wire.Refusal.PART
        single = request.part in tuple(Finger) and request.mask == 1 << (request.part - 1)
        return wire.Refusal.NONE if single else wire.Refusal.PART

    def present(self, request: wire.StartRequest) -> Presentation | None:
        """Let the person lay the fingers asked for on the glass."""
        person = self._world.subject()
        if person is None:
            return None
        slap = _SLAP_CODES.get(request.part)
        if slap is not None:
            return self._hand(person, slap, request)
        return self._finger(person, Finger(request.part), request)

    def _hand(self, person: Any, slap: Slap, request: wire.StartRequest) -> Presentation:
        part = f"slap:{slap.name}"
        attempt = self._world.next_attempt(self.device, part)
        fault = self._world.faults.take(self.device, part)
        asked = frozenset(finger for finger in slap.fingers if request.mask & 1 << (finger - 1))
        missing = frozenset(slap.fingers) - asked
        count = len(asked - person.missing_fingers)
        hint = wire.Hint.HOLD_STILL
        if fault is not None and fault.action == "wrong-hand":
            image: GreyImage = person.slap_image(_OTHER_HAND[slap], attempt)
        elif fault is not None and fault.action in tuple(SlapDefect):
            image = person.slap_image(slap, attempt, missing, {}, SlapDefect(fault.action))
            count -= fault.action == SlapDefect.SHORT
        else:
            defects = _finger_defects(fault, asked)
            image = person.slap_image(slap, attempt, missing, defects)
            hint = _HINTS.get(next(iter(defects.values())), hint) if defects else hint
        return Presentation((Picture(image, request.part, request.mask),), count, hint)

    def _finger(self, person: Any, finger: Finger, request: wire.StartRequest) -> Presentation:
        part = f"finger:{finger.name}"
        attempt = self._world.next_attempt(self.device, part)
        fault = self._world.faults.take(self.device, part)
        given = finger
        if fault is not None and fault.action == "wrong-finger":
            given = Finger(finger % 10 + 1)
        defect = _finger_defects(fault, frozenset((finger,))).get(finger)
        image: GreyImage = person.finger_impression(given, attempt, defect)
        count = 0 if given in person.missing_fingers else 1
        hint = _HINTS.get(defect, wire.Hint.HOLD_STILL) if defect else wire.Hint.HOLD_STILL
        return Presentation((Picture(image, request.part, request.mask),), count, hint)


def _finger_defects(fault: Fault | None, fingers: frozenset[Finger]) -> dict[Finger, FingerDefect]:
    if fault is None or fault.action not in tuple(FingerDefect):
        return {}
    only = int(fault.number("finger", 0))
    return {finger: FingerDefect(fault.action) for finger in fingers if only in (0, finger)}
