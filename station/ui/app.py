"""The app: which language and look, and the way between the rooms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from station.domain.errors import StationError
from station.domain.staff import Actor
from station.messages.catalogue import LANGUAGES, Catalogue
from station.ui.access import Station
from station.ui.messages import KitOpened, SignedIn, SignedOut
from station.ui.places import PLACES
from station.ui.services import Services
from station.ui.themes import THEMES
from station.ui.widgets.palette import LocalPalette


class StationApp(Station):
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
        super().__init__(services, Catalogue(language or (services.config.language if services else LANGUAGES[0])))
        self._open_services = open_services
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
        self.keep_in_touch()

    @on(KitOpened)
    def _kit_opened(self, event: KitOpened) -> None:
        self._services = event.services
        self.show_sign_in()
        self.keep_in_touch()

    @on(SignedOut)
    def show_sign_in(self) -> None:
        """Forget who was signed in and ask who is there."""
        from station.ui.screens.sign_in import FirstStartScreen, SignInScreen

        self.actor = None
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(FirstStartScreen() if self.services.staff.is_empty() else SignInScreen())

    @on(SignedIn)
    def _signed_in(self, event: SignedIn) -> None:
        self.enter(event.actor)

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
        damaged = len(self.services.recording.not_whole)
        if damaged:
            self.notify(f"! {self.words('ui-not-whole-found', count=damaged)}", timeout=20)

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
                    partial(self.go, entry.name),
                )
            yield SystemCommand(self.words("ui-key-sign-out"), self.words("ui-sign-out-hint"), self.show_sign_in)
        yield SystemCommand(self.words("ui-key-theme"), self.words("ui-theme-hint"), self.action_next_theme)
        yield SystemCommand(self.words("ui-key-language"), self.words("ui-language-hint"), self.action_next_language)
        yield SystemCommand(self.words("ui-key-quit"), self.words("ui-quit-hint"), self.exit)
