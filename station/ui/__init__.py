"""The terminal app (Textual): screens call services, hold no SQL, no drivers, no rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from station.messages.catalogue import Catalogue
    from station.ui.services import Services


def run(open_services: Callable[[], Services], catalogue: Catalogue, theme: str | None = None) -> int:
    """Paint the app, open the services behind it, return the exit code; Textual is imported only here.

    Raises the StationError that kept the services from opening, after the app has shown it and was left.
    """
    from station.ui.app import StationApp

    app = StationApp(language=catalogue.language, theme_name=theme, open_services=open_services)
    app.run()
    if app.opening_error is not None:
        raise app.opening_error
    return app.return_code or 0
