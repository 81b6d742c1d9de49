"""The state of the whole station in a few facts: what the status line and the home screen show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.messages.catalogue import Catalogue
from station.ui.widgets.facts import Fact, Mark

if TYPE_CHECKING:
    from station.ui.app import StationApp

_NEXT_PLACES = {
    "import": "roster",
    "open-session": "session",
    "record": "session",
    "close": "closing",
    "send": "sync",
    "print": "queue",
}


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known without waiting; None where nothing is known yet."""

    devices_ready: int | None = None
    devices_total: int | None = None
    students: int = 0
    session: str = ""
    present: int = 0
    recorded: int = 0
    waiting_to_send: int | None = None
    backup: str = ""
    blanks: int | None = None
    cards_waiting: int | None = None

    @property
    def next_place(self) -> str:
        """Return the room in which work goes on."""
        return _NEXT_PLACES[self.next_reason]

    @property
    def next_reason(self) -> str:
        """Return why, as the end of a message identifier `ui-next-<reason>`."""
        if self.session:
            return "record"
        return "open-session" if self.students else "import"

    def facts(self, catalogue: Catalogue) -> list[Fact]:
        """Return the block of the home screen."""
        return [
            Fact(catalogue.text("ui-fact-kit"), self._kit(catalogue), self._kit_mark()),
        ]

    def _kit_mark(self) -> Mark:
        if self.devices_total is None:
            return Mark.WAIT
        return Mark.GOOD if self.devices_ready == self.devices_total else Mark.WARN

    def _kit(self, catalogue: Catalogue) -> str:
        if self.devices_total is None:
            return catalogue.text("ui-devices-none")
        return catalogue.text("ui-fact-kit-ready", ready=self.devices_ready or 0, total=self.devices_total)

    def line(self, catalogue: Catalogue) -> str:
        """Return the facts as one line; signs and words, no colour needed."""
        unknown = "–"
        if self.devices_total is None:
            kit = catalogue.text("ui-status-kit-unknown")
        else:
            sign = "✓" if self.devices_ready == self.devices_total else "!"
            kit = catalogue.text("ui-status-kit", sign=sign, ready=self.devices_ready or 0, total=self.devices_total)
        parts = [
            kit,
            catalogue.text("ui-status-session", name=self.session) if self.session else catalogue.text("ui-no-session"),
            catalogue.text("ui-status-queue", count=unknown if self.waiting_to_send is None else self.waiting_to_send),
            catalogue.text("ui-status-blanks", count=unknown if self.blanks is None else self.blanks),
        ]
        return " " + " │ ".join(parts)


def read_overview(app: StationApp) -> Overview:
    """Read the facts from the services."""
    reports = app.device_reports
    return Overview(
        devices_ready=sum(report.readiness.ready for report in reports if report.in_use) if reports else None,
        devices_total=sum(report.in_use for report in reports) if reports else None,
    )
