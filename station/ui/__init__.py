"""The terminal app (Textual): screens call services, hold no SQL, no drivers, no rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.messages.catalogue import Catalogue
    from station.ui.services import Services


def run(services: Services, catalogue: Catalogue | None = None, theme: str | None = None) -> int:
    """Open the app on the services, return its exit code; Textual is imported only here."""
    from station.ui.app import StationApp

    app = StationApp(services, language=catalogue.language if catalogue else None, theme_name=theme)
    app.run()
    return app.return_code or 0
