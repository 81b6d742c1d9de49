"""The six capture steps of one person: live preview, quality per part, what to do now; durable before it is said.

Enter does the next sensible thing, Esc stops the device. A good capture leads on by
itself; a poor one waits for the operator to say what next.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from station.capture.sitting import PartState, Sitting, Step
from station.devices.fingerprint.interface import FingerPreview
from station.devices.iris.interface import IrisPreview
from station.domain.card import photo_background
from station.domain.errors import StationError
from station.domain.sample import ColourImage, Finger, PenSample
from station.messages.body_parts import part_words
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.notice import Notice
from station.ui.screens.base import StationScreen
from station.ui.screens.sitting_decisions import SittingDecisions
from station.ui.session_facts import class_words
from station.ui.sitting_view import finger_states, instruction, next_slap, part_facts, rail, result_words, step_facts
from station.ui.widgets.facts import Fact, Facts, Mark
from station.ui.widgets.fingers import FingerPanel
from station.ui.widgets.picture import Picture
from station.ui.widgets.steps import StepRail

if TYPE_CHECKING:
    from station.capture.results import StepResult
    from station.capture.sealing import RecordedSitting
    from station.capture.steps.photo import PhotoPreview

_FRAMES_PER_S = 8
_PAD_WIDTH, _PAD_HEIGHT = 9600, 6000
_SECOND_TONE_S, _LOOK_AT_PICTURE_S = 0.25, 1.5
_DEVICE_OF_STEP = {
    Step.PHOTO: "camera",
    Step.SIGNATURE: "signature",
    Step.FINGERS: "fingerprint",
    Step.IRISES: "iris",
    Step.VERIFICATION: "fingerprint",
    Step.APPROVAL: "signature",
}
_NEEDED: dict[str, Callable[[Sitting], bool]] = {
    "photo_now": lambda sitting: sitting.step is Step.PHOTO,
    "single_finger": lambda sitting: sitting.step is Step.FINGERS,
    "findings": lambda sitting: bool(sitting.open_findings),
    "void": lambda sitting: any(part.record is not None for part in sitting.parts),
    "take_back": lambda sitting: any(part.exception is not None for part in sitting.parts),
}
"""When a key does something; keys that are not named here always do."""


class SittingScreen(SittingDecisions, StationScreen):
    """One person before the kit."""

    title_id = "ui-sitting-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "ui-key-go-on"),
        Binding("w", "findings", "ui-key-findings"),
        Binding("u", "again", "ui-key-again"),
        Binding("e", "exception", "ui-key-exception"),
        Binding("t", "postpone", "ui-key-postpone"),
        Binding("j", "single_finger", "ui-key-single-finger"),
        Binding("f", "photo_now", "ui-key-photo-now"),
        Binding("g", "spare", "ui-key-spare"),
        Binding("h", "void", "ui-key-void"),
        Binding("o", "take_back", "ui-key-take-back"),
        Binding("ctrl+x", "discard", "ui-key-discard"),
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self.sitting = sitting
        self._frame: object = None
        self._drawn: object = None
        self._ink: list[PenSample] = []

    def body(self) -> ComposeResult:
        """Lay out person, rail, picture and quality."""
        with Horizontal(id="sitting-lead"):
            yield Static("", id="sitting-person", markup=False)
            yield Static("", id="sitting-class", markup=False)
        yield StepRail(id="rail")
        yield Static("", id="instruction", markup=False)
        with Horizontal(id="sitting-main"):
            yield Picture(self.words("ui-no-picture"), "preview")
            with Vertical(id="sitting-side"):
                yield FingerPanel(id="fingers")
                yield Facts(id="parts")
        yield Static("", id="result", markup=False)

    def load(self) -> None:
        """Show the sitting as it stands and begin its next step."""
        self.set_interval(1 / _FRAMES_PER_S, self._draw_frame)
        self.draw()
        self.go_on()

    def go_on(self) -> None:
        """Begin the step that is next; a photo that waits for approval, and the review, are the operator's."""
        if self.sitting.step is not None and not self._photo_waits_for_approval():
            self.start_step(self.sitting.step)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only the keys that do something now."""
        needed = _NEEDED.get(action)
        if needed is not None and not needed(self.sitting):
            return False
        return super().check_action(action, parameters)

    # What is shown -------------------------------------------------------------------

    def draw(self) -> None:
        """Show the newest state of the sitting."""
        catalogue, sitting, step = self.station.catalogue, self.sitting, self.sitting.step
        person = sitting.biodata
        self.query_one("#sitting-person", Static).update(person.name)
        progress = self.services.sessions.progress(sitting.session_id)
        self.query_one("#sitting-class", Static).update(class_words(self.station, progress))
        self.query_one(StepRail).show(rail(catalogue, sitting, step))
        self.query_one("#instruction", Static).update(f"▸ {self._instruction()}")
        fingers = self.query_one(FingerPanel)
        fingers.display = step is Step.FINGERS
        fingers.show(finger_states(catalogue, sitting), compact=self.size.height < 30)
        facts = step_facts(catalogue, sitting)
        if step is not None:
            facts = [] if step is Step.FINGERS else part_facts(catalogue, sitting.of_step(step))
        if step is Step.PHOTO:
            facts.append(self._background())
        facts += [Fact("!", self.words(finding.message_id, **finding.params), Mark.WARN)
                  for finding in sitting.open_findings]  # fmt: skip
        self.query_one("#parts", Facts).show(facts, label_width=12 if step is None else 18)
        self.refresh_bindings()

    def _instruction(self) -> str:
        if self.sitting.step is Step.PHOTO and self._photo_waits_for_approval():
            return self.words("ui-do-approve-photo")
        if self.sitting.step is None and self.sitting.obstacles():
            return ", ".join(self.words(obstacle) for obstacle in self.sitting.obstacles())
        return instruction(self.station.catalogue, self.sitting, self.sitting.step)

    def _background(self) -> Fact:
        person = self.sitting.biodata
        colour = photo_background(person.birth_date, person.citizenship).value
        return Fact(self.words("ui-background"), self.words("ui-background-words", colour=colour), Mark.NOW)

    def _photo_waits_for_approval(self) -> bool:
        photo = self.sitting.of_step(Step.PHOTO)[0]
        return photo.state in {PartState.CAPTURED, PartState.EXCEPTED} and not self.sitting.photo_approved

    def _draw_frame(self) -> None:
        frame = self._frame
        if frame is None or frame is self._drawn:
            return
        self._drawn = frame
        picture, side = self.query_one(Picture), self.query_one("#result", Static)
        if isinstance(frame, PenSample):
            picture.show_ink(self._ink, _PAD_WIDTH, _PAD_HEIGHT)
            return
        picture.show(frame.image)  # type: ignore[attr-defined]
        side.update(self._hints(frame))

    def _hints(self, frame: object) -> str:
        if isinstance(frame, FingerPreview):
            count = self.words("ui-fingers-seen", count=frame.finger_count)
            return f"{count}\n{self.words(frame.hint)}" if frame.hint else count
        if isinstance(frame, IrisPreview):
            eye = self.words(f"ui-eye-{frame.eye.name.lower()}" if frame.eye is not None else "ui-eye-some")
            return f"{eye}: {self.words(frame.hint)}" if frame.hint else eye
        causes = (*getattr(frame, "causes", ()), *getattr(frame, "warnings", ()))
        lines = [self.words("ui-photo-score", score=getattr(frame, "score", 0))]
        return "\n".join([*lines, *(f"! {self.words(cause)}" for cause in causes)])

    def take_frame(self, frame: PhotoPreview | FingerPreview | IrisPreview) -> None:
        """Keep the newest preview; drawn at most eight times a second. May be called from a driver's thread."""
        self._frame = frame

    def take_ink(self, sample: PenSample) -> None:
        """Keep one pen sample of the running capture."""
        self._ink.append(sample)
        self._frame = sample

    # Steps ---------------------------------------------------------------------------

    def start_step(self, step: Step, at_once: bool = False) -> None:
        """Begin a step's capture; what it returns is shown when it is durable."""
        self._frame, self._ink = None, []
        self.query_one("#result", Static).update("")
        self.query_one(Picture).show_nothing(self.words("ui-picture-waiting"))
        self.begin(self._instruction(), self._capture(step, at_once), self._captured)

    def _capture(self, step: Step, at_once: bool) -> Coroutine[Any, Any, StepResult]:
        recording, key = self.services.recording, self.sitting.sitting_id
        if step is Step.PHOTO:
            return recording.capture_photo(self.actor, key, self.take_frame, at_once=at_once)
        if step is Step.FINGERS:
            return self._capture_fingers()
        captures = {
            Step.SIGNATURE: partial(recording.capture_signature, on_sample=self.take_ink),
            Step.IRISES: partial(recording.capture_irises, on_preview=self.take_frame),
            Step.VERIFICATION: partial(recording.verify_fingers, on_preview=self.take_frame),
            Step.APPROVAL: partial(recording.capture_approval, on_sample=self.take_ink),
        }
        return captures[step](self.actor, key)

    def _capture_fingers(self) -> Coroutine[Any, Any, StepResult]:
        recording, key, slap = self.services.recording, self.sitting.sitting_id, next_slap(self.sitting)
        if slap is not None and self.services.kit.fingerprint().captures_slaps:
            return recording.capture_slap(self.actor, key, slap, self.take_frame)
        return recording.capture_finger(self.actor, key, self._next_finger(), self.take_frame)

    def _next_finger(self) -> Finger:
        waiting = [part for part in self.sitting.of_step(Step.FINGERS) if not part.settled]
        return Finger(int(waiting[0].part.split(":")[1]))

    def _captured(self, result: StepResult) -> None:
        self.sitting = result.sitting
        if result.image is not None:
            self.query_one(Picture).show(result.image)
        self._frame = None
        self.query_one("#result", Static).update(result_words(self.station.catalogue, result))
        self._sound(result.accepted)
        self.draw()
        if result.accepted:
            self.go_on()
        self.query_one("#result", Static).update(result_words(self.station.catalogue, result))

    def _sound(self, good: bool) -> None:
        """One tone: good, go on; two: look at the screen."""
        self.station.bell()
        if not good:
            self.set_timer(_SECOND_TONE_S, self.station.bell)

    def picture_exception(self, part: str) -> None:
        """Take the picture that shows why a part is missing, then go on."""
        name = part_words(self.station.catalogue, part)
        capture = self.services.recording.capture_exception_photo(self.actor, self.sitting.sitting_id, part)
        self.begin(self.words("ui-exception-picturing", part=name), capture, self._pictured)

    def _pictured(self, image: ColourImage) -> None:
        self.query_one(Picture).show(image)
        self.query_one("#result", Static).update(f"✓ {self.words('ui-result-accepted')}")
        self._sound(True)
        self.set_timer(_LOOK_AT_PICTURE_S, self._go_on_unless_working)

    def _go_on_unless_working(self) -> None:
        if not self.working:
            self.go_on()

    def action_go_on(self) -> None:
        """Approve the photo, capture the next step, or finish the sitting: whatever comes next."""
        if self.working:
            return
        step = self.sitting.step
        if step is Step.PHOTO and self._photo_waits_for_approval():
            self.guarded(self._approve_photo)
        elif step is not None:
            self.start_step(step)
        elif self.sitting.obstacles():
            self.notify(self._instruction(), timeout=4)
        else:
            self.begin(
                self.words("ui-sealing"),
                self.services.recording.finish(self.actor, self.sitting.sitting_id),
                self._finished,
            )

    def _approve_photo(self) -> None:
        self.sitting = self.services.recording.approve_photo(self.actor, self.sitting.sitting_id)
        self.draw()
        self.go_on()

    def action_photo_now(self) -> None:
        """Take the photo at once, good frame or not."""
        if self.sitting.step is Step.PHOTO:
            self.stop_work()
            self.start_step(Step.PHOTO, at_once=True)

    def action_single_finger(self) -> None:
        """Capture one finger by itself."""
        parts = [part for part in self.sitting.of_step(Step.FINGERS) if part.state is not PartState.EXCEPTED]
        options = [(part.part.split(":")[1], part_words(self.station.catalogue, part.part)) for part in parts]

        def chosen(number: str | None) -> None:
            if number:
                capture = self.services.recording.capture_finger(
                    self.actor, self.sitting.sitting_id, Finger(int(number)), self.take_frame
                )
                name = part_words(self.station.catalogue, f"finger:{number}")
                self.begin(self.words("ui-do-single", finger=name), capture, self._captured)

        self.station.push_screen(Choose(self.words("ui-key-single-finger"), options), chosen)

    def action_again(self) -> None:
        """Do a step once more; the best of each part is kept."""
        options = [(step.name, self.words(f"ui-step-{step.name.lower()}")) for step in Step]

        def chosen(name: str | None) -> None:
            if name:
                self.stop_work()
                self.start_step(Step[name])

        self.station.push_screen(Choose(self.words("ui-again-title"), options), chosen)

    def action_spare(self) -> None:
        """Let a spare take the place of the device of this step; the student at hand is not lost."""
        kind = _DEVICE_OF_STEP.get(self.sitting.step or Step.PHOTO, "camera")
        names = self.services.kit.names(kind)

        def chosen(name: str | None) -> None:
            if name:
                switch = self.services.kit.use(kind, name)
                self.begin(self.words("ui-device-switching", name=name), switch, lambda _none: self.draw())

        self.station.push_screen(Choose(self.words("ui-key-spare"), [(name, name) for name in names]), chosen)

    def _finished(self, recorded: RecordedSitting) -> None:
        text = slip_words(self, recorded)
        self.station.push_screen(Notice("ui-recorded-title", text, good=True), lambda _none: self.leave())

    def failed(self, error: StationError) -> None:
        """Show the error; the sitting as it stands is safe and shown again."""
        self.draw()
        super().failed(error)


def slip_words(screen: SittingScreen, recorded: RecordedSitting) -> str:
    """Return the slip: running number, and what happens next."""
    lines = [screen.words("ui-recorded", number=recorded.running_number)]
    if not recorded.sealed:
        lines.append(f"! {screen.words('ui-recorded-unsealed', cause=screen.words(recorded.problem))}")
    slip = screen.services.recording.slip(screen.sitting.sitting_id)
    lines.append(screen.words("ui-slip-to-student", words=screen.words(slip.message_id, **slip.params)))
    return "\n".join(lines)
