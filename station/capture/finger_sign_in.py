"""A finger of the staff as a second factor, 1:1 against the template on this kit; never instead of a password."""

from __future__ import annotations

import asyncio

from station.capture.examiner import Examiner
from station.devices.fingerprint.interface import FingerRequest
from station.devices.kit import Kit
from station.domain.errors import NotAllowed, Refused
from station.domain.sample import Finger, GreyImage
from station.domain.staff import Actor
from station.staff.audit import AuditLog
from station.staff.book import StaffBook


class FingerSignIn:
    """Enrols and checks the finger of a member of staff."""

    def __init__(
        self,
        staff: StaffBook,
        kit: Kit,
        audit: AuditLog,
        match_threshold: float,
        quality_min: int,
        examiner: Examiner | None = None,
    ) -> None:
        self._staff = staff
        self._kit = kit
        self._audit = audit
        self._match_threshold = match_threshold
        self._quality_min = quality_min
        self._examiner = examiner or Examiner()

    async def enrol(self, actor: Actor, staff_id: str, finger: Finger) -> None:
        """Keep a finger of a member of staff; a poor print is refused with its first cause. Administrators only."""
        found = await asyncio.to_thread(self._examiner.finger, await self._print(finger))
        if found.score < self._quality_min or not found.template:
            raise Refused(found.causes[0] if found.causes else "capture-below-threshold")
        self._staff.set_finger(actor, staff_id, finger, found.template)

    async def check(self, actor: Actor) -> Finger:
        """Ask for the finger kept for this person and return it when it matches; raises NotAllowed otherwise."""
        kept = self._staff.finger_of(actor.staff_id)
        if kept is None:
            raise NotAllowed("staff-no-finger")
        finger, template = kept
        found = await asyncio.to_thread(self._examiner.finger, await self._print(finger))
        score = await asyncio.to_thread(self._examiner.match, found.template, template)
        if score < self._match_threshold:
            self._audit.write(actor.staff_id, "staff-finger-failed", actor.staff_id, score=round(score))
            raise NotAllowed("staff-finger-wrong")
        self._audit.write(actor.staff_id, "staff-finger-matched", actor.staff_id, score=round(score))
        return finger

    async def _print(self, finger: Finger) -> GreyImage:
        capture = await self._kit.fingerprint().capture(FingerRequest.of_single(finger))
        if len(capture.images) != 1:
            raise Refused("capture-one-finger-only")
        return capture.images[0].image
