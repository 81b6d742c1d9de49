"""Who is there: the first administrator at first start, afterwards login and password."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from station.domain.errors import StationError
from station.domain.staff import Actor
from station.ui.dialogs.finger import FingerDialog
from station.ui.dialogs.notice import Notice
from station.ui.messages import SignedIn
from station.ui.screens.base import StationScreen


class SignInScreen(StationScreen):
    """Login and password; works offline."""

    title_id = "ui-sign-in-title"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("f3", "app.next_language", "ui-key-language"),
        Binding("f2", "app.next_theme", "ui-key-theme"),
        Binding("ctrl+q", "app.quit", "ui-key-quit"),
    ]

    def body(self) -> ComposeResult:
        """Lay out the form in the middle."""
        with Vertical(classes="card"):
            yield Static(self.words("ui-sign-in-lead"), classes="card-lead", markup=False)
            yield from self._row("login", "ui-login")
            yield from self._row("password", "ui-password", secret=True)
            yield Static("", id="form-problem", markup=False)
            yield Static(self.words("ui-sign-in-keys"), classes="dialog-keys", markup=False)

    def _row(self, name: str, label_id: str, secret: bool = False) -> ComposeResult:
        with Horizontal(classes="form-row"):
            yield Static(self.words(label_id), classes="form-label", markup=False)
            yield Input(id=name, password=secret, compact=True)

    def load(self) -> None:
        """Start with the login."""
        self.query_one("#login", Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is list(self.query(Input))[-1]:
            self.submit()
        else:
            self.focus_next()

    def value(self, name: str) -> str:
        """Return what was typed into a field."""
        return self.query_one(f"#{name}", Input).value

    def submit(self) -> None:
        """Check login and password on a thread: the check is slow on purpose."""
        self.say("")
        self.begin_in_thread(
            self.words("ui-sign-in-checking"),
            self.signed_in,
            self.services.staff.sign_in,
            self.value("login").strip(),
            self.value("password"),
        )

    def signed_in(self, actor: Actor) -> None:
        """Open the home screen, after the finger where one is kept and a scanner is there."""
        if self.services.finger_sign_in.wants_finger(actor):
            self.station.push_screen(FingerDialog(actor), self._shown)
        else:
            self.post_message(SignedIn(actor))

    def _shown(self, actor: Actor | None) -> None:
        if actor is not None:
            self.post_message(SignedIn(actor))
            return
        self.say(f"! {self.words('ui-finger-cancelled')}")
        self._ask_password_again()

    def _ask_password_again(self) -> None:
        field = self.query_one("#password", Input)
        field.value = ""
        field.focus()

    def failed(self, error: StationError) -> None:
        """Say what was wrong beneath the fields and let the password be typed again."""
        self.say(f"! {self.station.catalogue.error(error)}")
        self._ask_password_again()

    def say(self, text: str) -> None:
        """Show a line beneath the fields."""
        self.query_one("#form-problem", Static).update(text)


class FirstStartScreen(SignInScreen):
    """Nobody is known yet: the first person becomes administrator."""

    title_id = "ui-first-title"

    def body(self) -> ComposeResult:
        """Lay out name, login and the password twice."""
        with Vertical(classes="card"):
            yield Static(self.words("ui-first-lead"), classes="card-lead", markup=False)
            yield from self._row("name", "ui-full-name")
            yield from self._row("login", "ui-login")
            yield from self._row("password", "ui-password", secret=True)
            yield from self._row("again", "ui-password-again", secret=True)
            yield Static("", id="form-problem", markup=False)
            yield Static(self.words("ui-first-keys"), classes="dialog-keys", markup=False)

    def load(self) -> None:
        """Start with the name."""
        self.query_one("#name", Input).focus()

    def submit(self) -> None:
        """Make the administrator once both passwords agree."""
        if self.value("password") != self.value("again"):
            self.say(f"! {self.words('ui-password-differs')}")
            self.query_one("#again", Input).focus()
            return
        self.begin_in_thread(
            self.words("ui-first-making"),
            self.signed_in,
            self.services.staff.create_administrator,
            self.value("name").strip(),
            self.value("login").strip(),
            self.value("password"),
        )

    def signed_in(self, actor: Actor) -> None:
        """Show the recovery code of the kit's keys, where there is one, before going on: it is shown only now."""
        code = self.services.fresh_recovery_code
        if not code:
            super().signed_in(actor)
            return
        text = self.words("ui-recovery-code-text", code=code)

        def seen(_none: None) -> None:
            super(FirstStartScreen, self).signed_in(actor)

        self.station.push_screen(Notice("ui-recovery-code", text, good=True), seen)
