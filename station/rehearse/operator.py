"""The rehearsing operator at the kit: records one student through the six steps, and finds the way out of trouble.

Does what a patient person does: looks at the hands before asking for a finger, tries
again when a capture is refused, waits for a scanner that was unplugged, asks the
supervisor when a finger stays poor. Nothing else is open to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from station.bootstrap import StationServices
from station.capture.gates import Documents
from station.capture.results import StepResult
from station.capture.sealing import RecordedSitting
from station.capture.sitting import PartState, Sitting, Step, finger_part
from station.devices.errors import DeviceUnavailable, NoReply
from station.domain.errors import Refused
from station.domain.sample import BiometricException, ExceptionReason, Finger, Slap
from station.rehearse.bench_control import BenchControl
from station.rehearse.crew import Crew

_MOST_TRIES = 6
_DEVICE_WAIT_S = 0.25
_DEVICE_WAITS = 60


@dataclass(slots=True)
class RecordingOperator:
    """Records students of one session; `troubles` collects what went wrong and how it ended."""

    services: StationServices
    crew: Crew
    hands: BenchControl
    troubles: list[str] = field(default_factory=list)

    async def record(self, session_id: str, student_id: str, name: str) -> RecordedSitting:
        """Record one student; raises Refused when a gate is shut or the sitting cannot be finished."""
        recording, actor = self.services.recording, self.crew.operator
        documents = Documents(family_card=True, birth_certificate=True, biodata_read_aloud=True)
        sitting = await recording.begin(actor, session_id, student_id, documents)
        sitting = self._except_missing_fingers(sitting)
        key = sitting.sitting_id
        await self._until_good(name, lambda: recording.capture_photo(actor, key))
        recording.approve_photo(actor, key)
        await self._until_good(name, lambda: recording.capture_signature(actor, key))
        for slap in Slap:
            if set(slap.fingers) - sitting.missing_fingers:
                await self._until_good(name, partial(recording.capture_slap, actor, key, slap))
        await self._until_good(name, lambda: recording.capture_irises(actor, key))
        await self._until_good(name, lambda: recording.verify_fingers(actor, key))
        await self._until_good(name, lambda: recording.capture_approval(actor, key))
        self._settle_findings(recording.sitting(key))
        return await recording.finish(actor, key)

    def _except_missing_fingers(self, sitting: Sitting) -> Sitting:
        """Look at the hands; a finger that is not there is excepted with the supervisor's word."""
        seen = self.hands.ask("look")
        for number in seen["missing_fingers"]:
            finger = Finger(number)
            exception = BiometricException(
                part=finger_part(finger),
                reason=ExceptionReason.AMPUTATED,
                permanent=True,
                note="",
                confirmed_by=self.crew.supervisor.staff_id,
            )
            sitting = self.services.recording.add_exception(
                self.crew.operator, sitting.sitting_id, exception, self.crew.supervisor
            )
            words = self.services.catalogue.text("rehearse-finger-missing", finger=finger.name)
            self.troubles.append(f"{sitting.biodata.name}: {words}")
        return sitting

    async def _until_good(self, name: str, capture: Callable[[], Awaitable[StepResult]]) -> None:
        for _try in range(_MOST_TRIES):
            result = await self._with_device(name, capture)
            if result.accepted:
                return
            self._note(name, result)
            if self._accept_poor(result):
                return
        raise Refused("rehearse-step-hopeless", name=name)

    async def _with_device(self, name: str, capture: Callable[[], Awaitable[StepResult]]) -> StepResult:
        """Try the step; when the device is gone or silent, wait until it is back and try again."""
        last: DeviceUnavailable | NoReply | None = None
        for _wait in range(_DEVICE_WAITS):
            try:
                result = await capture()
            except (DeviceUnavailable, NoReply) as error:
                if last is None:
                    self.troubles.append(f"{name}: {self.services.catalogue.error(error)}")
                last = error
                await asyncio.sleep(_DEVICE_WAIT_S)
            else:
                return result
        raise last or Refused("rehearse-step-hopeless", name=name)

    def _note(self, name: str, result: StepResult) -> None:
        """Keep in words why a try was not accepted."""
        say = self.services.catalogue.text
        poor = [part for part in result.parts if not part.accepted]
        causes = [*result.causes, *(cause for part in poor for cause in part.causes)]
        words = "; ".join(dict.fromkeys(say(cause) for cause in causes))
        scores = ", ".join(f"{part.part} {part.score}" for part in poor)
        self.troubles.append(f"{name}: {words or say('capture-below-threshold')} {scores}".rstrip())

    def _accept_poor(self, result: StepResult) -> bool:
        """Keep the best try of a part that stays poor, with the supervisor, once the tries are used up."""
        sitting = result.sitting
        poor = [part for part in sitting.of_step(result.step) if part.state is PartState.POOR]
        limit = self.services.config.capture.tries
        if not poor or result.causes or any(part.tries < limit for part in poor):
            return False
        for part in poor:
            self.services.recording.accept_quality(
                self.crew.operator, sitting.sitting_id, part.part, self.crew.supervisor, "tetap rendah"
            )
        return all(
            part.settled
            for part in self.services.recording.sitting(sitting.sitting_id).of_step(result.step)
            if result.step is not Step.FINGERS or part in poor
        )

    def _settle_findings(self, sitting: Sitting) -> None:
        for finding in sitting.open_findings:
            words = self.services.catalogue.text(finding.message_id, **finding.params)
            self.troubles.append(f"{sitting.biodata.name}: {words}")
            self.services.recording.confirm_finding(
                self.crew.operator, sitting.sitting_id, finding.finding_id, self.crew.supervisor, "diperiksa bersama"
            )
