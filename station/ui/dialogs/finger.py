"""A finger of the staff on the scanner: as second factor after the password, and to be enrolled.

Both show what the scanner sees and says, can be cancelled at any moment, and end by themselves at the deadline.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from station.devices.errors import DeviceError
from station.domain.errors import StationError
from station.domain.sample import Finger
from station.domain.staff import Actor
from station.ui.access import station_app
from station.ui.dialogs.choose import Choose
from station.ui.dialogs.credentials import Credentials
from station.ui.dialogs.form import Field, Form
from station.ui.widgets.fingers import full_finger_words
from station.ui.widgets.picture import Picture

if TYPE_CHECKING:
    from station.capture.finger_sign_in import FingerTry
    from station.devices.fingerprint.interface import FingerPreview

_DRAW_EVERY_S = 0.125
_SCAN = "finger"
Result = TypeVar("Result")


class _OnTheGlass(ModalScreen[Result | None], Generic[Result]):
    """The frame of both: title, what to do, the live picture, the newest words, the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", "ui-key-cancel"),
        Binding("r", "again", "ui-key-again"),
    ]

    title_id: ClassVar[str] = ""
    keys_id: ClassVar[str] = ""

    def __init__(self, person: str) -> None:
        super().__init__()
        self._person = person
        self._frame: FingerPreview | None = None
        self._drawn: FingerPreview | None = None

    def compose(self) -> ComposeResult:
        """Lay out the dialog."""
        app = station_app(self)
        with Vertical(classes="dialog"):
            yield Static(app.words(self.title_id, name=self._person), classes="dialog-title", markup=False)
            yield Static("", id="finger-do", markup=False)
            yield Picture("", "finger-picture")
            yield Static("", id="finger-words", markup=False)
            yield Static(app.words(self.keys_id), classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        """Ask for the finger at once."""
        self.set_interval(_DRAW_EVERY_S, self._draw)
        self.action_again()

    @property
    def scanning(self) -> bool:
        """Tell whether the scanner waits for a finger."""
        return any(worker.group == _SCAN and not worker.is_finished for worker in self.workers)

    def action_again(self) -> None:
        """Ask for the finger once more, unless the scanner waits already."""
        if self.scanning:
            return
        self._frame = self._drawn = None
        self.query_one(Picture).show_nothing("")
        self.query_one("#finger-do", Static).update(self.instruction())
        self.say("")
        self.run_worker(self._guarded(self.scan()), group=_SCAN, exclusive=True)

    def action_give_up(self) -> None:
        """Let the scanner go and leave without a result."""
        self.workers.cancel_group(self, _SCAN)
        self.dismiss(None)

    def instruction(self) -> str:
        """Return what to do now."""
        raise NotImplementedError

    def scan(self) -> Coroutine[Any, Any, None]:
        """Return the work with the scanner."""
        raise NotImplementedError

    def take_frame(self, frame: FingerPreview) -> None:
        """Keep the newest live picture; may be called from a driver's thread."""
        self._frame = frame

    def say(self, words: str) -> None:
        """Show a line under the picture."""
        self.query_one("#finger-words", Static).update(words)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        app = station_app(self)
        try:
            await work
        except StationError as error:
            app.bell()
            hint = f"\n{app.words('ui-finger-device-hint')}" if isinstance(error, DeviceError) else ""
            self.say(f"! {app.catalogue.error(error)}{hint}")

    def _draw(self) -> None:
        frame = self._frame
        if frame is None or frame is self._drawn:
            return
        self._drawn = frame
        self.query_one(Picture).show(frame.image)
        if frame.hint and self.scanning:
            self.say(station_app(self).words(frame.hint))


class FingerDialog(_OnTheGlass[Actor]):
    """Returns the person with the proof they gave, or None when they gave up."""

    title_id = "ui-finger-title"
    keys_id = "ui-finger-keys"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "other_finger", "ui-key-other-finger"),
        Binding("o", "without", "ui-key-without-finger"),
    ]

    def __init__(self, actor: Actor) -> None:
        super().__init__(actor.name)
        self._actor = actor
        self._place = 0

    def instruction(self) -> str:
        """Name the finger asked for."""
        app = station_app(self)
        finger = self._finger()
        if finger is None:
            return app.words("ui-finger-none")
        return app.words("ui-finger-place", finger=full_finger_words(app.catalogue, finger))

    async def scan(self) -> None:
        """Compare one print with the fingers kept."""
        app = station_app(self)
        finger = self._finger()
        if finger is not None:
            self.dismiss(await app.services.finger_sign_in.check(self._actor, finger, self.take_frame))

    def _finger(self) -> Finger | None:
        kept = station_app(self).services.finger_sign_in.fingers_of(self._actor)
        return kept[self._place % len(kept)] if kept else None

    def action_other_finger(self) -> None:
        """Ask for the other finger that is kept, where there are two."""
        self._place += 1
        self.workers.cancel_group(self, _SCAN)
        self.call_after_refresh(self.action_again)

    def action_without(self) -> None:
        """Go on without a finger: a reason, and a second person unless the scanner is not there."""
        self.workers.cancel_group(self, _SCAN)
        self.run_worker(self._guarded(self._without()), group="without", exclusive=True)

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
            second = await app.push_screen_wait(Credentials(app.words("ui-finger-second-why", name=self._person)))
        if way is None or (way == "second" and second is None):
            return
        self.dismiss(await app.services.finger_sign_in.pass_without(self._actor, answers["reason"], second))


class EnrolDialog(_OnTheGlass[int]):
    """Keeps a finger of somebody; returns its quality, or None."""

    title_id = "ui-enrol-title"
    keys_id = "ui-enrol-keys"

    def __init__(self, administrator: Actor, person: Actor, finger: Finger) -> None:
        super().__init__(person.name)
        self._administrator = administrator
        self._subject = person
        self._finger = finger

    def instruction(self) -> str:
        """Name the finger."""
        app = station_app(self)
        return app.words("ui-enrol-place", finger=full_finger_words(app.catalogue, self._finger))

    async def scan(self) -> None:
        """Take prints until two good ones fit each other."""
        door = station_app(self).services.finger_sign_in
        staff_id = self._subject.staff_id
        self.dismiss(await door.enrol(self._administrator, staff_id, self._finger, self.take_frame, self._tried))

    def _tried(self, tried: FingerTry) -> None:
        app = station_app(self)
        app.bell()
        words = app.words("ui-enrol-try", quality=tried.quality, good=tried.good, needed=tried.needed)
        causes = [f"! {app.words(cause)}" for cause in tried.causes]
        self.say("\n".join([words, *causes, app.words("ui-enrol-lift")]))
