"""The app: who is signed in, which language and look, and the way between the rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from station.domain.clock import local_date
from station.domain.errors import NotAllowed, StationError
from station.domain.staff import Actor
from station.messages.catalogue import LANGUAGES, Catalogue
from station.ui.overview import Overview, read_overview
from station.ui.places import PLACES, Place, place
from station.ui.services import Services
from station.ui.themes import THEMES
from station.ui.widgets.palette import LocalPalette

if TYPE_CHECKING:
    from station.devices.kit import DeviceReport

_DEVICES = "devices"
_OVERVIEW = "overview"
_POLL_S = 2.0


class StationApp(App[None]):
    """The station on a terminal of 80 x 24 or more, by keyboard alone."""

    CSS_PATH = "styles/base.tcss"
    TITLE = "station"
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "ui-key-quit", show=False, priority=True),
        Binding("f1", "help", "ui-key-help", show=False, priority=True),
        Binding("f2", "next_theme", "ui-key-theme", show=False, priority=True),
        Binding("f3", "next_language", "ui-key-language", show=False, priority=True),
    ]

    def __init__(
        self,
        services: Services | None = None,
        language: str | None = None,
        theme_name: str | None = None,
        open_services: Callable[[], Services] | None = None,
    ) -> None:
        super().__init__()
        self._services = services
        self._open_services = open_services
        self.opening_error: StationError | None = None
        """Why the kit could not be opened."""
        self.catalogue = Catalogue(language or (services.config.language if services else LANGUAGES[0]))
        self.actor: Actor | None = None
        self.device_reports: list[DeviceReport] = []
        """What the devices said last; empty until the first answer."""
        self.overview = Overview()
        """The state of the station as read last."""
        self._overview_wanted = False
        for theme in THEMES:
            self.register_theme(theme)
        known = {theme.name for theme in THEMES}
        self.theme = theme_name if theme_name in known else THEMES[0].name

    def on_mount(self) -> None:
        """Begin with the first administrator when nobody is known yet, otherwise with the sign-in.

        A kit that is not open yet is opened behind a screen that is painted at once.
        """
        if self._services is None and self._open_services is not None:
            from station.ui.screens.opening import OpeningScreen

            self.push_screen(OpeningScreen(self._open_services))
            return
        self.show_sign_in()

    @property
    def services(self) -> Services:
        """Return what may be called; there once the kit is open."""
        if self._services is None:
            raise NotAllowed("ui-opening-lead")
        return self._services

    @property
    def is_open(self) -> bool:
        """Tell whether the kit is open."""
        return self._services is not None

    def begin_with(self, services: Services) -> None:
        """Go on to the sign-in with the kit that was opened."""
        self._services = services
        self.show_sign_in()

    def show_sign_in(self) -> None:
        """Forget who was signed in and ask who is there."""
        from station.ui.screens.sign_in import FirstStartScreen, SignInScreen

        self.actor = None
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(FirstStartScreen() if self.services.staff.is_empty() else SignInScreen())

    def enter(self, actor: Actor) -> None:
        """Open the home screen for whoever has just shown who they are."""
        from station.ui.screens.home import HomeScreen

        self.actor = actor
        self.switch_screen(HomeScreen())
        self.run_worker(self._offer_unfinished, group="start", exit_on_error=False)  # type: ignore[arg-type]

    async def _offer_unfinished(self) -> None:
        """Put in order what a power cut left, and say how many sittings wait to be gone on with."""
        try:
            unfinished = await asyncio.to_thread(self.services.recording.unfinished)
        except StationError as error:
            self.notify(f"! {self.catalogue.error(error)}", timeout=10)
            return
        if unfinished:
            self.notify(self.words("ui-unfinished-found", count=len(unfinished)), timeout=10)

    def today(self) -> date:
        """Return the local date: days, ages and the blank book are local."""
        return local_date(self.services.clock.now(), self.services.config.time_zone)

    def go(self, target: Place) -> None:
        """Open a room on top of home, whatever was open before."""
        if self.actor is None:
            return
        while len(self.screen_stack) > 2:
            self.pop_screen()
        self.push_screen(target.open())

    def words(self, message_id: str, **params: object) -> str:
        """Return a message of the catalogue in the language chosen."""
        return self.catalogue.text(message_id, **params)

    def watch_devices(self) -> None:
        """Ask the devices every two seconds while a screen that shows them is on top."""
        if not any(worker.group == _DEVICES and worker.is_running for worker in self.workers):
            self.run_worker(self._watch_devices, group=_DEVICES, exit_on_error=False)  # type: ignore[arg-type]

    async def _watch_devices(self) -> None:
        while getattr(self.screen, "shows_devices", False) or self.screen.is_modal:
            await self.poll_devices()
            await asyncio.sleep(_POLL_S)

    def refresh_overview(self) -> None:
        """Read the state of the station anew on a thread; screens show it when it is there."""
        self._overview_wanted = True
        if not any(worker.group == _OVERVIEW and not worker.is_finished for worker in self.workers):
            self.run_worker(self._read_overview, group=_OVERVIEW, exit_on_error=False)  # type: ignore[arg-type]

    async def _read_overview(self) -> None:
        while self._overview_wanted and self.actor is not None:
            self._overview_wanted = False
            self.overview = await asyncio.to_thread(read_overview, self.services, tuple(self.device_reports))
            show = getattr(self.screen, "show_overview", None)
            if show is not None:
                show()

    async def poll_devices(self) -> None:
        """Ask every device once."""
        self.device_reports = await self.services.kit.reports()
        self.refresh_overview()

    def action_help(self) -> None:
        """Open the help page over the present screen."""
        from station.ui.screens.help import HelpScreen

        if self.is_open and not isinstance(self.screen, HelpScreen) and not self.screen.is_modal:
            self.push_screen(HelpScreen())

    def action_next_theme(self) -> None:
        """Go from dark to light to sunlight and round again."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        self.notify(self.words("ui-theme-now", name=self.words(f"ui-theme-{self.theme}")), timeout=2)

    def action_next_language(self) -> None:
        """Change the language and open the present screens anew."""
        if not self.is_open:
            return
        position = LANGUAGES.index(self.catalogue.language)
        self.catalogue = Catalogue(LANGUAGES[(position + 1) % len(LANGUAGES)])
        if self.actor is None:
            self.show_sign_in()
        elif not self.screen.is_modal:
            while len(self.screen_stack) > 2:
                self.pop_screen()
            self.enter(self.actor)

    def action_command_palette(self) -> None:
        """Open the list of everything that can be done, searched by typing."""
        if self.is_open and not isinstance(self.screen, LocalPalette) and not self.screen.is_modal:
            self.push_screen(LocalPalette(placeholder=self.words("ui-palette-prompt")))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Offer every room, the looks, the languages and the way out; the same on every screen."""
        del screen
        if self.actor is not None:
            for entry in PLACES:
                yield SystemCommand(
                    self.words(f"ui-place-{entry.name}"),
                    self.words(f"ui-place-{entry.name}-hint"),
                    partial(self.go, place(entry.name)),
                )
            yield SystemCommand(self.words("ui-key-sign-out"), self.words("ui-sign-out-hint"), self.show_sign_in)
        yield SystemCommand(self.words("ui-key-theme"), self.words("ui-theme-hint"), self.action_next_theme)
        yield SystemCommand(self.words("ui-key-language"), self.words("ui-language-hint"), self.action_next_language)
        yield SystemCommand(self.words("ui-key-quit"), self.words("ui-quit-hint"), self.exit)
