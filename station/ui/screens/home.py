"""Home: everything that can be done by one key, beside the state of the station."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from station.ui.messages import SignedOut
from station.ui.next_work import next_work
from station.ui.places import GROUPS, PLACES, place
from station.ui.screens.base import StationScreen
from station.ui.widgets.facts import Facts


class HomeScreen(StationScreen):
    """The menu keeps its keys whatever the role; what belongs to another role says so."""

    title_id = "ui-home-title"
    shows_devices = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("enter", "open", "ui-key-open", show=True),
        Binding("n", "next_action", "ui-key-next"),
        *[Binding(entry.key, f"go('{entry.name}')", show=False) for entry in PLACES],
        Binding("ctrl+p", "app.command_palette", "ui-key-palette"),
        Binding("f2", "app.next_theme", "ui-key-theme"),
        Binding("q", "sign_out", "ui-key-sign-out"),
    ]

    def body(self) -> ComposeResult:
        """Lay out menu and state."""
        with Horizontal():
            yield OptionList(*self._options(), id="menu", markup=False, compact=True)
            with VerticalScroll(id="home-state", can_focus=False):
                yield Static("", id="next-action", markup=False)
                yield Facts(id="home-facts")

    def _options(self) -> list[Option | None]:
        options: list[Option | None] = []
        for group in GROUPS:
            options.append(Option(self.words(f"ui-group-{group}"), disabled=True))
            for entry in PLACES:
                if entry.group == group:
                    other = "" if entry.roles & self.actor.roles else f" ({self.words('ui-other-role')})"
                    title = self.words(f"ui-place-{entry.name}")
                    options.append(Option(f" {entry.key}  {title}{other}", id=entry.name))
        return options

    def load(self) -> None:
        """Show state and proposal, and keep them fresh."""
        self.query_one("#menu").focus()
        self.set_interval(5, self.station.refresh_overview)
        self.station.watch_devices()

    def show_overview(self) -> None:
        """Show line, proposal and facts."""
        super().show_overview()
        overview = self.station.overview
        if self.station.actor is None or not self.query("#home-facts"):
            return
        proposal = ""
        if overview.loaded:
            work = next_work(overview, self.actor)
            proposal = self.words("ui-next-action", key=place(work.place).key, what=self.words(work.message_id))
        self.query_one("#next-action", Static).update(proposal)
        self.query_one("#home-facts", Facts).show(overview.facts(self.station.catalogue), label_width=14)

    @on(OptionList.OptionSelected, "#menu")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id:
            self.action_go(event.option.id)

    def action_open(self) -> None:
        """Open the entry under the cursor."""
        self.query_one("#menu", OptionList).action_select()

    def action_go(self, name: str) -> None:
        """Open a room."""
        self.station.go(name)

    def action_next_action(self) -> None:
        """Open the room the proposal names."""
        self.action_go(next_work(self.station.overview, self.actor).place)

    def action_sign_out(self) -> None:
        """Let somebody else sign in."""
        self.post_message(SignedOut())
