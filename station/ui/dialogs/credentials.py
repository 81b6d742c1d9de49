"""A second person shows who they are, with their own login, for one step."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from station.domain.errors import StationError
from station.domain.staff import Actor
from station.ui.access import station_app


class Credentials(ModalScreen[Actor | None]):
    """Returns the second person, never the one already signed in."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "ui-key-cancel")]

    def __init__(self, reason: str) -> None:
        super().__init__()
        self._reason = reason

    def compose(self) -> ComposeResult:
        """Lay out why, login and password."""
        app = station_app(self)
        with Vertical(classes="dialog form"):
            yield Static(app.words("ui-second-title"), classes="dialog-title", markup=False)
            yield Static(self._reason, classes="dialog-lead", markup=False)
            with Horizontal(classes="form-row"):
                yield Static(app.words("ui-login"), classes="form-label", markup=False)
                yield Input(id="second-login", compact=True)
            with Horizontal(classes="form-row"):
                yield Static(app.words("ui-password"), classes="form-label", markup=False)
                yield Input(id="second-password", password=True, compact=True)
            yield Static("", id="form-problem", markup=False)
            yield Static(app.words("ui-second-keys"), classes="dialog-keys", markup=False)

    def on_mount(self) -> None:
        """Start with the login."""
        self.query_one("#second-login", Input).focus()

    @on(Input.Submitted, "#second-login")
    def _to_password(self) -> None:
        self.query_one("#second-password", Input).focus()

    @on(Input.Submitted, "#second-password")
    def _check(self) -> None:
        login = self.query_one("#second-login", Input).value.strip()
        self._sign_in(login, self.query_one("#second-password", Input).value)

    @work(exclusive=True, group="credentials")
    async def _sign_in(self, login: str, password: str) -> None:
        app = station_app(self)
        try:
            second = await asyncio.to_thread(app.services.staff.sign_in, login, password)
        except StationError as error:
            self._problem(app.catalogue.error(error))
            return
        if app.actor is not None and second.staff_id == app.actor.staff_id:
            self._problem(app.words("ui-second-same"))
            return
        self.dismiss(second)

    def _problem(self, text: str) -> None:
        self.query_one("#form-problem", Static).update(f"! {text}")
        field = self.query_one("#second-password", Input)
        field.value = ""
        field.focus()

    def action_give_up(self) -> None:
        """Leave without a second person."""
        self.dismiss(None)
