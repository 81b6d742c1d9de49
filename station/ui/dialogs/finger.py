"""A finger of the staff on the scanner: as second factor after the password, and to be enrolled.

Both show what the scanner sees and says, can be cancelled at any moment, and end by themselves at the deadline.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from station.domain.sample import Finger
from station.domain.staff import Actor
from station.messages.body_parts import full_finger_words
from station.ui.access import station_app
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, Form
from station.ui.widgets.glass import Glass

if TYPE_CHECKING:
    from station.capture.finger_sign_in import FingerTry

_KEYS: tuple[BindingType, ...] = (
    Binding("escape", "give_up", "ui-key-cancel"),
    Binding("r", "again", "ui-key-again"),
)


class FingerDialog(ModalScreen[Actor | None]):
    """Returns the person with the proof they gave, or None when they gave up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *_KEYS,
        Binding("g", "other_finger", "ui-key-other-finger"),
        Binding("o", "without", "ui-key-without-finger"),
    ]

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self._actor = actor
        self._place = 0

    def compose(self) -> ComposeResult:
        """Lay out the dialog."""
        app = station_app(self)
        yield Glass(app.words("ui-finger-title", name=self._actor.name), app.words("ui-finger-keys"))

    def on_mount(self) -> None:
        """Ask for the finger at once."""
        self.action_again()

    def action_again(self) -> None:
        """Ask for the finger once more, unless the scanner waits already."""
        app, finger = station_app(self), self._finger()
        place = app.words("ui-finger-none")
        if finger is not None:
            place = app.words("ui-finger-place", finger=full_finger_words(app.catalogue, finger))
        self.query_one(Glass).ask(place, self._compare)

    def action_give_up(self) -> None:
        """Let the scanner go and leave without a result."""
        self.query_one(Glass).let_go()
        self.dismiss(None)

    async def _compare(self) -> None:
        """Compare one print with the fingers kept."""
        finger = self._finger()
        if finger is not None:
            door = station_app(self).services.finger_sign_in
            self.dismiss(await door.check(self._actor, finger, self.query_one(Glass).take_frame))

    def _finger(self) -> Finger | None:
        kept = station_app(self).services.finger_sign_in.fingers_of(self._actor)
        return kept[self._place % len(kept)] if kept else None

    def action_other_finger(self) -> None:
        """Ask for the other finger that is kept, where there are two."""
        self._place += 1
        self.query_one(Glass).let_go()
        self.call_after_refresh(self.action_again)

    def action_without(self) -> None:
        """Go on without a finger: a reason, and a second person unless the scanner is not there."""
        glass = self.query_one(Glass)
        glass.let_go()
        self.run_worker(glass.guarded(self._without()), group="without", exclusive=True)

    async def _without(self) -> None:
        app = station_app(self)
        title = app.words("ui-key-without-finger")
        answers = await app.push_screen_wait(Form(title, (Field("reason", app.words("ui-reason")),)))
        if answers is None:
            return
        ways = [("second", app.words("ui-finger-second")), ("alone", app.words("ui-finger-alone"))]
        way = await app.push_screen_wait(Choose(title, ways))
        second = None
        if way == "second":
            why = app.words("ui-finger-second-why", name=self._actor.name)
            second = await app.push_screen_wait(Credentials(why))
        if way is None or (way == "second" and second is None):
            return
        self.dismiss(await app.services.finger_sign_in.pass_without(self._actor, answers["reason"], second))


class EnrolDialog(ModalScreen[int | None]):
    """Keeps a finger of somebody; returns its quality, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [*_KEYS]

    def __init__(self, administrator: Actor, person: Actor, finger: Finger) -> None:
        super().__init__()
        self._administrator = administrator
        self._subject = person
        self._finger = finger

    def compose(self) -> ComposeResult:
        """Lay out the dialog."""
        app = station_app(self)
        yield Glass(app.words("ui-enrol-title", name=self._subject.name), app.words("ui-enrol-keys"))

    def on_mount(self) -> None:
        """Ask for the finger at once."""
        self.action_again()

    def action_again(self) -> None:
        """Ask for the finger once more, unless the scanner waits already."""
        app = station_app(self)
        finger = full_finger_words(app.catalogue, self._finger)
        self.query_one(Glass).ask(app.words("ui-enrol-place", finger=finger), self._keep)

    def action_give_up(self) -> None:
        """Let the scanner go and leave without a result."""
        self.query_one(Glass).let_go()
        self.dismiss(None)

    async def _keep(self) -> None:
        """Take prints until two good ones fit each other."""
        door = station_app(self).services.finger_sign_in
        staff_id, frame = self._subject.staff_id, self.query_one(Glass).take_frame
        self.dismiss(await door.enrol(self._administrator, staff_id, self._finger, frame, self._tried))

    def _tried(self, tried: FingerTry) -> None:
        app = station_app(self)
        app.bell()
        words = app.words("ui-enrol-try", quality=tried.quality, good=tried.good, needed=tried.needed)
        causes = [f"! {app.words(cause)}" for cause in tried.causes]
        self.query_one(Glass).say("\n".join([words, *causes, app.words("ui-enrol-lift")]))
