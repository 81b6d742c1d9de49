"""The session under way, and the progress of a class in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from station.domain.clock import local_date
from station.ui.locale import clock_words, moment_words

if TYPE_CHECKING:
    from station.capture.attendance import Progress
    from station.capture.sessions import Session
    from station.ui.access import Station
    from station.ui.services import Services


def current_session(services: Services) -> Session | None:
    """Return the newest session that is not closed, or None."""
    return next((session for session in services.sessions.list() if session.state.name != "CLOSED"), None)


def class_words(app: Station, progress: Progress) -> str:
    """Return how far the class is in few words: recorded of those who came, pace, estimated end."""
    words = app.words("ui-sitting-count", recorded=progress.recorded, attended=progress.attended)
    if progress.students_per_hour is None:
        return words
    words = f"{words} · {app.words('ui-progress-pace', pace=app.catalogue.number(progress.students_per_hour))}"
    return words if progress.estimated_end is None else f"{words} · ± {_end_words(app, progress.estimated_end)}"


def progress_words(app: Station, progress: Progress) -> str:
    """Return the counts, and pace and estimated end where they are known."""
    words = app.words(
        "ui-progress",
        listed=progress.listed,
        attended=progress.attended,
        recorded=progress.recorded,
        waiting=progress.waiting,
        refused=progress.refused,
        postponed=progress.postponed,
    )
    if progress.students_per_hour is None:
        return words
    pace = app.words("ui-progress-pace", pace=app.catalogue.number(progress.students_per_hour))
    if progress.estimated_end is None:
        return f"{words} · {pace}"
    return f"{words} · {pace} · {app.words('ui-progress-end', time=_end_words(app, progress.estimated_end))}"


def _end_words(app: Station, end: datetime) -> str:
    """Return the time, and the day too where the list does not end today."""
    zone = app.services.config.time_zone
    return clock_words(end, zone) if local_date(end, zone) == app.today() else moment_words(end, zone)
