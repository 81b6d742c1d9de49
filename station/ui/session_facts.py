"""The session under way, and the progress of a class in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.ui.locale import clock_words

if TYPE_CHECKING:
    from station.capture.attendance import Progress
    from station.capture.sessions import Session
    from station.ui.access import Station
    from station.ui.services import Services


def current_session(services: Services) -> Session | None:
    """Return the newest session that is not closed, or None."""
    return next((session for session in services.sessions.list() if session.state.name != "CLOSED"), None)


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
    if progress.estimated_end is None or not progress.waiting:
        return f"{words} · {pace}"
    end = clock_words(progress.estimated_end, app.services.config.time_zone)
    return f"{words} · {pace} · {app.words('ui-progress-end', time=end)}"
