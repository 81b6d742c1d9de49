"""A finger of the staff as a second factor, 1:1 against the templates on this kit; never instead of a password.

Where the scanner fails or a finger cannot be used there is a way on that is written down: a second person vouches, or,
only while the scanner is really not there, a reason is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from station.capture.examiner import Examined, Examiner
from station.devices.fingerprint.interface import FingerPreview, FingerRequest
from station.devices.kit import Kit
from station.domain.errors import BadInput, NotAllowed, Refused, StationError
from station.domain.sample import Finger, GreyImage
from station.domain.staff import Actor, Role, SignInProof
from station.staff.audit import AuditLog
from station.staff.book import StaffBook
from station.staff.permission import VOUCHERS, require, require_second

FINGER_WAIT_S = 30.0
MOST_TRIES = 6
GOOD_PRINTS = 2
LOCK_AFTER_WRONG = 6
MOST_FINGERS = 2
_WRONG, _POOR = "staff-finger-failed", "staff-finger-poor"
_TOO_POOR = "capture-below-threshold"
_WEIGHTS = {_WRONG: 3, _POOR: 1}  # poor prints are forgiven more often, not without end
_SETTLED = frozenset({"staff-finger-matched", "staff-finger-passed", "staff-unlocked"})

OnPreview = Callable[[FingerPreview], None]


@dataclass(frozen=True, slots=True)
class FingerTry:
    """One print while a finger is enrolled: its quality 0-100, what is wrong with it, how many good ones there are."""

    quality: int
    causes: tuple[str, ...]
    good: int
    needed: int = GOOD_PRINTS


class FingerSignIn:
    """Enrols and checks the fingers of the staff."""

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

    @property
    def has_scanner(self) -> bool:
        """Tell whether kit.toml names a scanner that staff may use."""
        return self._kit.has_staff_scanner()

    def wants_finger(self, actor: Actor) -> bool:
        """Tell whether this person is to show a finger after the password."""
        return self.has_scanner and bool(self.fingers_of(actor))

    def fingers_of(self, actor: Actor) -> tuple[Finger, ...]:
        """Return the fingers kept of this person, the one to ask for first on top."""
        return tuple(self._staff.fingers_of(actor.staff_id))

    async def enrol(
        self,
        actor: Actor,
        staff_id: str,
        finger: Finger,
        on_preview: OnPreview | None = None,
        on_try: Callable[[FingerTry], None] | None = None,
    ) -> int:
        """Keep a finger: the best of several good prints that fit each other. Returns its quality.

        Administrators only. Raises Refused when no two good prints came in `MOST_TRIES`, when it is another finger
        of this person already, or when somebody else signs in with it.
        """
        require(actor, Role.ADMINISTRATOR)
        known = self._staff.fingers_of(staff_id)
        if finger not in known and len(known) >= MOST_FINGERS:
            raise Refused("staff-fingers-enough", count=MOST_FINGERS)
        best = await self._best_print(finger, on_preview, on_try)
        others = [template for kept, template in known.items() if kept is not finger]
        if await self._fits_one_of(best.template, others):
            raise Refused("staff-finger-twice")
        if await self._fits_one_of(best.template, self._staff.fingers_of_others(staff_id)):
            self._audit.write(actor.staff_id, "staff-finger-of-another", staff_id, finger=int(finger))
            raise Refused("staff-finger-of-another")
        self._staff.set_finger(actor, staff_id, finger, best.template, best.score)
        return best.score

    async def check(self, actor: Actor, finger: Finger | None = None, on_preview: OnPreview | None = None) -> Actor:
        """Ask for a finger and return the person with that proof when it is one of theirs.

        A print of poor quality that does not fit is refused with its cause and counts a third of a wrong one. Raises
        NotAllowed for a wrong finger; after several in a row the account is locked. Raises DeviceError.
        """
        kept = self._staff.fingers_of(actor.staff_id)
        if not kept:
            raise NotAllowed("staff-no-finger")
        found = await asyncio.to_thread(
            self._examiner.finger, await self._print(finger or next(iter(kept)), on_preview)
        )
        score = max([await asyncio.to_thread(self._match, found.template, template) for template in kept.values()])
        if score >= self._match_threshold:
            self._audit.write(actor.staff_id, "staff-finger-matched", actor.staff_id, score=round(score))
            return replace(actor, proof=SignInProof.FINGER)
        poor = not (found.template and found.good_enough(self._quality_min))
        left = self._count(actor, _POOR if poor else _WRONG, score)
        if left <= 0:
            self._staff.lock(actor.staff_id)
            raise NotAllowed("staff-account-locked")
        if poor:
            raise Refused(found.causes[0] if found.causes else _TOO_POOR)
        raise NotAllowed("staff-finger-wrong", left=-(-left // _WEIGHTS[_WRONG]))

    async def pass_without(self, actor: Actor, reason: str, second: Actor | None) -> Actor:
        """Let somebody in without a finger: a second person vouches, or the scanner is really not there.

        Always with a reason, always in the audit log. Raises NotAllowed when nobody vouches and the scanner works.
        """
        if len(reason.strip()) < 4:
            raise BadInput("staff-reason-missing")
        if second is not None:
            require_second(actor, second, *VOUCHERS)
        elif await self._scanner_works():
            raise NotAllowed("staff-second-for-finger")
        by = "" if second is None else second.staff_id
        self._audit.write(actor.staff_id, "staff-finger-passed", actor.staff_id, by=by, reason=reason.strip()[:200])
        return replace(actor, proof=SignInProof.REASON if second is None else SignInProof.VOUCHED)

    async def _best_print(
        self, finger: Finger, on_preview: OnPreview | None, on_try: Callable[[FingerTry], None] | None
    ) -> Examined:
        """Return the best of the prints that fit each other; one alone proves nothing."""
        good: list[Examined] = []
        for _number in range(MOST_TRIES):
            found = await asyncio.to_thread(self._examiner.finger, await self._print(finger, on_preview))
            causes: tuple[str, ...] = ()
            if not found.template or not found.good_enough(self._quality_min):
                causes = found.causes or (_TOO_POOR,)
            elif good and not await self._fits_one_of(found.template, [item.template for item in good]):
                causes = ("staff-finger-unlike-first",)
            else:
                good.append(found)
            if on_try is not None:
                on_try(FingerTry(found.score, causes, len(good)))
            if len(good) == GOOD_PRINTS:
                return max(good, key=lambda item: item.score)
        raise Refused("staff-finger-not-enrolled")

    async def _fits_one_of(self, template: bytes, others: Iterable[bytes]) -> bool:
        scores = [await asyncio.to_thread(self._match, template, other) for other in others]
        return any(score >= self._match_threshold for score in scores)

    def _match(self, first: bytes, second: bytes) -> float:
        return self._examiner.match(first, second) if first and second else 0.0

    def _count(self, actor: Actor, what: str, score: float) -> int:
        """Write down a print that did not fit, and return how much of the patience is left."""
        self._audit.write(actor.staff_id, what, actor.staff_id, score=round(score))
        spent = 0
        for entry in reversed(self._audit.about(actor.staff_id)):
            if entry.action in _SETTLED:
                break
            spent += _WEIGHTS.get(entry.action, 0)
        return LOCK_AFTER_WRONG * _WEIGHTS[_WRONG] - spent

    async def _scanner_works(self) -> bool:
        try:
            return (await self._kit.staff_fingerprint().readiness()).usable
        except StationError:  # not there, silent, or its driver is not
            return False

    async def _print(self, finger: Finger, on_preview: OnPreview | None) -> GreyImage:
        request = FingerRequest.of_single(finger, timeout_s=FINGER_WAIT_S)
        capture = await self._kit.staff_fingerprint().capture(request, on_preview)
        if len(capture.images) != 1:
            raise Refused("capture-one-finger-only")
        return capture.images[0].image
