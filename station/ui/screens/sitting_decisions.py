"""What people decide during a sitting: exceptions, postponed parts, findings; each with a second person where asked.

A decision stops the device that waits, and the step goes on by itself behind it.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from station.capture.attendance import PostponeReason
from station.capture.sitting import PartState, Step
from station.domain.sample import BiometricException, ExceptionReason
from station.domain.staff import Actor
from station.messages.body_parts import part_words
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.confirm import Confirm
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, Form
from station.ui.screens.base import StationScreen

if TYPE_CHECKING:
    from station.capture.sitting import Part, Sitting

_LOW_QUALITY = "low_quality"
_PICTURED = frozenset({Step.FINGERS, Step.IRISES})
"""Steps whose missing parts the rules want pictured."""
_REASON = ExceptionReason
_PEN_REASONS = (_REASON.CANNOT_SIGN, _REASON.AMPUTATED, _REASON.BANDAGED, _REASON.OTHER)
REASONS_OF_STEP: dict[Step, tuple[ExceptionReason, ...]] = {
    Step.PHOTO: (_REASON.OTHER,),
    Step.SIGNATURE: _PEN_REASONS,
    Step.FINGERS: (_REASON.AMPUTATED, _REASON.BANDAGED, _REASON.DAMAGED, _REASON.OTHER),
    Step.IRISES: (_REASON.BLIND, _REASON.DISEASE, _REASON.AMPUTATED, _REASON.BANDAGED, _REASON.OTHER),
    Step.VERIFICATION: (_REASON.OTHER,),
    Step.APPROVAL: _PEN_REASONS,
}
"""The reasons that make sense for the parts of each step."""


class SittingDecisions(StationScreen):
    """The dialogs of a sitting."""

    sitting: Sitting

    def draw(self) -> None:
        """Show the sitting anew."""

    def go_on(self) -> None:
        """Begin the step that is next, where nothing else waits for a decision."""

    def picture_exception(self, part: str) -> None:
        """Take the picture that shows why a part is missing, then go on."""

    def action_exception(self) -> None:
        """Say that a part cannot be captured (well): part, reason, how long, note, second person, picture."""
        self._decide(self._exception())

    def action_postpone(self) -> None:
        """Leave the open parts of this step for another day; with nothing else open, the student."""
        self._decide(self._postpone_step() if self.sitting.step is not None else self._postpone_student())

    def action_findings(self) -> None:
        """Let a second person look at what the kit noticed."""
        self._decide(self._findings())

    def action_take_back(self) -> None:
        """Take an exception back: the part can be captured after all."""
        self._decide(self._take_back())

    def action_void(self) -> None:
        """Take captures back that were of the wrong finger, hand or person."""
        self._decide(self._void())

    def action_discard(self) -> None:
        """Give the whole sitting up: the wrong person sat here."""
        self._decide(self._discard())

    def _decide(self, flow: Coroutine[Any, Any, None]) -> None:
        """Stop the device that waits for the person, then ask."""
        self.stop_work()
        self.begin_flow(flow)

    async def _choose_part(self, title_id: str, parts: list[Part]) -> str | None:
        if not parts:
            self.notify(self.words("ui-nothing-open"), timeout=3)
            return None
        options = [(part.part, part_words(self.station.catalogue, part.part)) for part in parts]
        return await self.station.push_screen_wait(Choose(self.words(title_id), options))

    def _open_parts(self) -> list[Part]:
        step = self.sitting.step
        parts = self.sitting.parts if step is None else self.sitting.of_step(step)
        waiting = [part for part in parts if not part.settled]
        return sorted(waiting, key=lambda part: part.state is not PartState.POOR)

    async def _exception(self) -> None:
        part = await self._choose_part("ui-exception-title", self._open_parts())
        if part is None:
            return
        fitting = REASONS_OF_STEP[self.sitting.part(part).step]
        reasons = [(reason.value, self.words(f"ui-exception-{reason.name.lower()}")) for reason in fitting]
        if self.sitting.part(part).state is PartState.POOR:
            reasons.insert(0, (_LOW_QUALITY, self.words("ui-exception-low-quality")))
        reason = await self.station.push_screen_wait(Choose(self.words("ui-exception-reason"), reasons))
        if reason is None:
            return
        lasting = [("permanent", self.words("ui-permanent")), ("temporary", self.words("ui-temporary"))]
        duration: str | None = "temporary"
        if reason != _LOW_QUALITY:
            duration = await self.station.push_screen_wait(Choose(self.words("ui-exception-duration"), lasting))
        if duration is None:
            return
        fields = (Field("note", self.words("ui-note"), required=False),)
        answers = await self.station.push_screen_wait(Form(self.words("ui-note"), fields))
        if answers is None:
            return
        name = part_words(self.station.catalogue, part)
        second = await self.station.push_screen_wait(Credentials(self.words("ui-exception-confirm", part=name)))
        if second is not None:
            self._except(part, reason, duration == "permanent", answers["note"], second)
            if reason != _LOW_QUALITY and self.sitting.part(part).step in _PICTURED:
                text = self.words("ui-exception-picture", part=name)
                if await self.station.push_screen_wait(Confirm(self.words("ui-exception-picture-title"), text)):
                    self.picture_exception(part)
                    return
            self.go_on()

    def _except(self, part: str, reason: str, permanent: bool, note: str, second: Actor) -> None:
        recording, key = self.services.recording, self.sitting.sitting_id
        if reason == _LOW_QUALITY:
            self.sitting = recording.accept_quality(self.actor, key, part, second, note)
        else:
            exception = BiometricException(part, ExceptionReason(reason), permanent, note, second.staff_id)
            self.sitting = recording.add_exception(self.actor, key, exception, second)
        self.draw()

    async def _postpone_step(self) -> None:
        step = self.sitting.step
        if step is None:
            self.notify(self.words("ui-nothing-open"), timeout=3)
            return
        fields = (Field("note", self.words("ui-reason")),)
        answers = await self.station.push_screen_wait(Form(self.words("ui-postpone-step-title"), fields))
        if answers is not None:
            self.sitting = self.services.recording.postpone_step(
                self.actor, self.sitting.sitting_id, step, answers["note"]
            )
            self.draw()
            self.go_on()

    async def _postpone_student(self) -> None:
        reasons = [(reason.value, self.words(f"ui-postpone-{reason.name.lower()}")) for reason in PostponeReason]
        reason = await self.station.push_screen_wait(Choose(self.words("ui-postpone-title"), reasons))
        if reason is not None:
            sitting, sessions = self.sitting, self.services.sessions
            sessions.postpone(self.actor, sitting.session_id, sitting.student_id, PostponeReason(reason))
            self.leave()

    async def _findings(self) -> None:
        findings = {finding.finding_id: finding for finding in self.sitting.open_findings}
        if not findings:
            self.notify(self.words("ui-nothing-open"), timeout=3)
            return
        options = [(key, self.words(finding.message_id, **finding.params)) for key, finding in findings.items()]
        chosen = await self.station.push_screen_wait(Choose(self.words("ui-findings-title"), options))
        if chosen is None:
            return
        answers = await self.station.push_screen_wait(
            Form(self.words("ui-findings-title"), (Field("note", self.words("ui-note")),))
        )
        if answers is None:
            return
        second = await self.station.push_screen_wait(Credentials(self.words("ui-findings-confirm")))
        if second is not None:
            self.sitting = self.services.recording.confirm_finding(
                self.actor, self.sitting.sitting_id, chosen, second, answers["note"]
            )
            self.draw()
            self.go_on()

    async def _take_back(self) -> None:
        excepted = [part for part in self.sitting.parts if part.state in {PartState.EXCEPTED, PartState.POSTPONED}]
        part = await self._choose_part("ui-take-back-title", excepted)
        if part is not None:
            self.sitting = self.services.recording.remove_exception(self.actor, self.sitting.sitting_id, part)
            self.draw()
            self.go_on()

    async def _void(self) -> None:
        captured = [step for step in Step if any(part.record is not None for part in self.sitting.of_step(step))]
        if not captured:
            self.notify(self.words("ui-nothing-open"), timeout=3)
            return
        options = [(step.name, self.words(f"ui-step-{step.name.lower()}")) for step in captured]
        chosen = await self.station.push_screen_wait(Choose(self.words("ui-void-title"), options))
        if chosen is None:
            return
        answers = await self.station.push_screen_wait(
            Form(self.words("ui-void-title"), (Field("note", self.words("ui-reason")),))
        )
        if answers is not None:
            parts = frozenset(part.part for part in self.sitting.of_step(Step[chosen]) if part.record is not None)
            self.sitting = self.services.recording.redo(self.actor, self.sitting.sitting_id, parts, answers["note"])
            self.draw()
            self.go_on()

    async def _discard(self) -> None:
        name = self.sitting.biodata.name
        answers = await self.station.push_screen_wait(
            Form(self.words("ui-discard-title", name=name), (Field("note", self.words("ui-reason")),))
        )
        if answers is None:
            return
        second = await self.station.push_screen_wait(Credentials(self.words("ui-discard-confirm", name=name)))
        if second is not None:
            self.services.recording.discard(self.actor, self.sitting.sitting_id, second, answers["note"])
            self.leave()
