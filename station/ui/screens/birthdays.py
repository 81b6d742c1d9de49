"""Whose card waits for the seventeenth birthday, by date; on that day the queue opens it by itself."""

from __future__ import annotations

from datetime import timedelta

from textual.app import ComposeResult
from textual.widgets import Static

from station.domain.nik import masked_nik
from station.ui.screens.base import StationScreen
from station.ui.widgets.rows import Row, Rows

_LONGEST_WAIT = timedelta(days=366)  # recording begins at 16


class BirthdaysScreen(StationScreen):
    """Reads the queue; changes nothing."""

    title_id = "ui-birthdays-title"

    def body(self) -> ComposeResult:
        """Lay out the count and the list."""
        yield Static("", id="birthdays-lead", classes="lead", markup=False)
        yield Rows([self.words(f"ui-birthdays-{name}") for name in ("day", "left", "name", "nik")])

    def load(self) -> None:
        """Read who waits."""
        today = self.station.today()
        people = self.services.print_queue.turning_17(today + _LONGEST_WAIT)
        lead = self.words("ui-birthdays-lead", count=len(people)) if people else self.words("ui-birthdays-none")
        self.query_one("#birthdays-lead", Static).update(lead)
        self.query_one(Rows).fill(
            Row(
                person.job_id,
                (
                    self.station.catalogue.short_date(person.birthday),
                    self.words("ui-birthdays-days", count=(person.birthday - today).days),
                    person.name,
                    masked_nik(person.nik),
                ),
            )
            for person in people
        )
        self.query_one(Rows).focus()
